'use client';

import type { PresentMember } from '@skelly/types/live';
import { useState } from 'react';
import { failureWords } from '../http/failure-words';
import { type Failure, isUnknown, send } from '../http/send';
import { useSession } from '../live/session-provider';
import { Button } from '../ui/button';

interface TakeOutProps {
  readonly roomId: string;
  /** Who is here beside the moderator. */
  readonly others: readonly PresentMember[];
}

/** A moderator's way to take somebody out of the room: chosen among those who are here, asked once more, as there is no way back in. */
export function TakeOut({ roomId, others }: TakeOutProps) {
  const { user } = useSession();
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<PresentMember | null>(null);
  const [state, setState] = useState<'idle' | 'sending' | Failure>('idle');
  const close = () => {
    setOpen(false);
    setChosen(null);
    setState('idle');
  };
  const takeOut = async (userId: string) => {
    if (state === 'sending') return;
    setState('sending');
    const sent = await send(`/api/rooms/${roomId}/members/${userId}/remove`, { userId: user.id });
    if (sent.ok) close();
    else setState(sent.failure);
  };

  if (!isOpen) {
    return (
      <Button look="secondary" onClick={() => setOpen(true)}>
        Take somebody out
      </Button>
    );
  }
  if (chosen) {
    const { userId, displayName } = chosen;
    const failure = typeof state === 'object' ? state : null;
    return (
      <div className="grid gap-3 text-small">
        <p role={failure ? 'alert' : 'status'} className={failure ? 'text-ember-ink' : 'text-ink-2'}>
          {failure
            ? `${isUnknown(failure) ? '' : `${displayName} is still in it. `}${failureWords(failure)}`
            : `${displayName} will not see this room any more, and cannot come back. Their notes stay.`}
        </p>
        <div className="flex flex-wrap gap-3">
          <Button pending={state === 'sending'} onClick={() => takeOut(userId)} autoFocus>
            {failure ? 'Try again' : 'Take out'}
          </Button>
          <Button look="quiet" onClick={close}>
            Let them stay
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="grid gap-2 text-small">
      <p className="text-ink-2" role="status">
        {others.length > 0 ? 'Who is to go?' : 'Nobody else is here now.'}
      </p>
      <ul aria-label="Who is to go" className="grid max-h-60 gap-2 overflow-y-auto">
        {others.map((person) => (
          <li key={person.userId}>
            <Button look="secondary" onClick={() => setChosen(person)} className="w-full">
              {person.displayName}
            </Button>
          </li>
        ))}
      </ul>
      <Button look="quiet" onClick={close}>
        Nobody
      </Button>
    </div>
  );
}
