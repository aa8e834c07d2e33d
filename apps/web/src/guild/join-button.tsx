'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { failureWords } from '../http/failure-words';
import { PENDING_AFTER_MS } from '../http/pending';
import { send } from '../http/send';
import { useSession } from '../live/session-provider';
import { Button } from '../ui/button';

/** Joins an open room and goes there. */
export function JoinButton({ roomId, name }: { readonly roomId: string; readonly name?: string }) {
  const { user } = useSession();
  const router = useRouter();
  const [state, setState] = useState<'idle' | 'joining' | 'pending'>('idle');
  const [why, setWhy] = useState<string | null>(null);
  const join = async () => {
    if (state !== 'idle') return;
    setState('joining');
    setWhy(null);
    const slow = setTimeout(() => setState('pending'), PENDING_AFTER_MS);
    const sent = await send(`/api/rooms/${roomId}/join`, { userId: user.id });
    clearTimeout(slow);
    if (sent.ok) {
      router.push(`/guild/${roomId}`);
      router.refresh();
      return;
    }
    setState('idle');
    setWhy(failureWords(sent.failure));
  };
  return (
    <div className="flex flex-wrap items-center justify-end gap-3">
      {why ? (
        <span role="alert" className="text-ember-ink text-small">
          {why}
        </span>
      ) : null}
      <Button look="secondary" pending={state === 'pending'} onClick={join} aria-label={name && `Join ${name}`}>
        Join
      </Button>
    </div>
  );
}
