'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { PENDING_AFTER_MS } from '../http/pending';
import { send } from '../http/send';
import { useHandover } from '../live/handover';

interface SignOut {
  readonly signOut: () => Promise<void>;
  readonly state: 'idle' | 'pending' | 'failed';
}

/** Ends the session here and tells the other tabs, once however often it is clicked. A session that had ended already counts as ended. */
export function useSignOut(): SignOut {
  const router = useRouter();
  const handover = useHandover();
  const [state, setState] = useState<SignOut['state']>('idle');
  const busy = useRef(false);
  const signOut = async () => {
    if (busy.current) return;
    busy.current = true;
    setState('idle');
    const slow = setTimeout(() => setState('pending'), PENDING_AFTER_MS);
    const sent = await send('/api/auth/logout');
    clearTimeout(slow);
    const ended = sent.ok || (sent.failure.kind === 'refused' && sent.failure.problem.status === 401);
    if (!ended) {
      busy.current = false;
      return setState('failed');
    }
    handover.end();
    router.push('/');
    router.refresh();
  };
  return { signOut, state };
}
