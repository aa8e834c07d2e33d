'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { send } from '../http/send';
import { useHandover } from '../live/handover';

/** Ends the session here and tells the other tabs. A session that had ended already counts as ended. */
export function useSignOut(): { readonly signOut: () => Promise<void>; readonly failed: boolean } {
  const router = useRouter();
  const handover = useHandover();
  const [failed, setFailed] = useState(false);
  const signOut = async () => {
    setFailed(false);
    const sent = await send('/api/auth/logout');
    const ended = sent.ok || (sent.failure.kind === 'refused' && sent.failure.problem.status === 401);
    if (!ended) return setFailed(true);
    handover.end();
    router.push('/');
    router.refresh();
  };
  return { signOut, failed };
}
