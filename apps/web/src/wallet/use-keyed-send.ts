'use client';

import { newIdempotencyKey } from '@skelly/client';
import { useCallback, useRef } from 'react';
import { type Sent, send } from '../http/send';
import { useSession } from '../live/session-provider';

/**
 * Sends a command in the name of the page's member, under a key that stays the same for every try of it until an answer is known:
 * sending again what may have arrived moves nothing twice. Money waits for no connection, so that none leaves when nobody looks.
 */
export function useKeyedSend(): <T>(path: string, body: object) => Promise<Sent<T>> {
  const { user } = useSession();
  const attempts = useRef(new Map<string, string>());
  return useCallback(
    async <T>(path: string, body: object) => {
      const command = `${path} ${JSON.stringify(body)}`;
      const idempotencyKey = attempts.current.get(command) ?? newIdempotencyKey();
      attempts.current.set(command, idempotencyKey);
      const sent = await send<T>(path, { body, idempotencyKey, userId: user.id });
      if (sent.ok || sent.failure.kind === 'refused') attempts.current.delete(command);
      return sent;
    },
    [user.id],
  );
}
