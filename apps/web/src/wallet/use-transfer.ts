'use client';

import { newIdempotencyKey } from '@skelly/client';
import { useCallback, useEffect, useRef } from 'react';
import { PENDING_AFTER_MS } from '../http/pending';
import { useSession } from '../live/session-provider';
import { beginTransfer, sayOf, type Transfer, type TransferWish, tryAgain } from './transfers';
import type { LiveWallets } from './use-wallets';

export interface Transfers {
  /** Oldest first. */
  readonly all: readonly Transfer[];
  /** Sends what is wished, as a wish of its own also where it equals another. @returns its id */
  readonly send: (wish: TransferWish) => string;
  /** Tries the same again. After an end that is not known it is sent once at most. */
  readonly retry: (id: string) => void;
  /** The member knows how it ended. */
  readonly forget: (id: string) => void;
}

/** Sends transfers. How each of them goes is remembered in the session: also when its dialog is closed meanwhile, or the page left. */
export function useTransfer(run: LiveWallets['transfer']): Transfers {
  const { transfers: all, setTransfers: setAll, attempts } = useSession();
  const latest = useRef(all);
  useEffect(() => {
    latest.current = all;
  });
  const follow = useCallback(
    async (id: string, tries: number, wish: TransferWish) => {
      const say = (...how: [Transfer['state'], Transfer['failure']?]) =>
        setAll((now) => sayOf(now, { id, tries }, ...how));
      const slow = setTimeout(() => say('slow'), PENDING_AFTER_MS);
      const ended = await run(id, wish);
      clearTimeout(slow);
      if (ended.ok) say(ended.isRepeated ? 'before' : 'sent');
      else say('failed', ended.failure);
    },
    [run, setAll],
  );
  const send = useCallback(
    (wish: TransferWish) => {
      const id = newIdempotencyKey();
      setAll((now) => beginTransfer(now, id, wish));
      void follow(id, 1, wish);
      return id;
    },
    [follow, setAll],
  );
  const retry = useCallback(
    (id: string) => {
      const failed = latest.current.find((transfer) => transfer.id === id);
      if (failed?.state !== 'failed') return;
      setAll((now) => tryAgain(now, id));
      void follow(id, failed.tries + 1, failed);
    },
    [follow, setAll],
  );
  const forget = useCallback(
    (id: string) => {
      attempts.set(id, null);
      setAll((now) => now.filter((transfer) => transfer.id !== id));
    },
    [attempts, setAll],
  );
  return { all, send, retry, forget };
}
