'use client';

import type { PresentMember } from '@skelly/types/live';
import type { Room } from '@skelly/types/room';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { send } from '../http/send';
import { useSession } from '../live/session-provider';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { CopyText } from '../ui/copy-text';
import { TakeOut } from './take-out';

interface RoomCardProps {
  readonly room: Room;
  /** Who is here beside the member. */
  readonly others: readonly PresentMember[];
}

/** A room's invitation, for those who are in it, and the ways out. */
export default function RoomCard({ room, others }: RoomCardProps) {
  const { invitationCode: code } = room;
  return (
    <Card title="This room">
      <div className="grid gap-4 px-5 pb-5">
        {code ? (
          <div>
            <p className="text-ink-2 text-small">Whoever has this code may come in.</p>
            <CopyText
              text={code}
              shown={`${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`}
              what="invitation code"
              className="mt-1.5 max-md:min-h-11"
            />
          </div>
        ) : (
          <p className="text-ink-2 text-small">Anybody may join it.</p>
        )}
        {room.role === 'moderator' ? <TakeOut roomId={room.id} others={others} /> : null}
        <Leave roomId={room.id} />
      </div>
    </Card>
  );
}

/** Asks once before leaving: whoever was invited may not come back without the code. */
function Leave({ roomId }: { readonly roomId: string }) {
  const { user } = useSession();
  const router = useRouter();
  const [state, setState] = useState<'idle' | 'asked' | 'leaving' | 'failed'>('idle');
  const leave = async () => {
    if (state === 'leaving') return;
    setState('leaving');
    const sent = await send(`/api/rooms/${roomId}/leave`, { userId: user.id });
    if (!sent.ok) return setState('failed');
    router.replace('/guild');
    router.refresh();
  };
  if (state === 'idle') {
    return (
      <Button look="secondary" onClick={() => setState('asked')}>
        Leave room
      </Button>
    );
  }
  return (
    <div className="grid gap-3 text-small">
      <p
        role={state === 'failed' ? 'alert' : 'status'}
        className={state === 'failed' ? 'text-ember-ink' : 'text-ink-2'}
      >
        {state === 'failed' ? 'You are still in it: leaving did not work.' : 'You will not see its notes any more.'}
      </p>
      <div className="flex flex-wrap gap-3">
        <Button pending={state === 'leaving'} onClick={leave} autoFocus>
          {state === 'failed' ? 'Try again' : 'Leave'}
        </Button>
        <Button look="quiet" onClick={() => setState('idle')}>
          Stay
        </Button>
      </div>
    </div>
  );
}
