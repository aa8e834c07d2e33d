'use client';

import { useMemo } from 'react';
import { createSendOnce, type SendOnce } from '../http/send-once';
import { useSession } from './session-provider';

/** Sends a command in the name of this page's member; what is tried in one place is known in every other. */
export function useSendOnce(): SendOnce {
  const { user, attempts } = useSession();
  return useMemo(() => createSendOnce(user.id, attempts), [user.id, attempts]);
}
