'use client';

import { useEvent } from '@skelly/client/react';
import type { FrozenWallet, OpsLedgerResponse, UnfreezeWalletBody, UnfreezeWalletResponse } from '@skelly/types/wallet';
import { useCallback, useEffect, useState } from 'react';
import { type Failure, send } from '../../http/send';
import { useSession } from '../../live/session-provider';
import { useSendOnce } from '../../live/use-send-once';

const PATH = '/api/ops/ledger';

/** Milliseconds after which the state is read again: as often as the audit runs. */
const EVERY_MS = 20_000;

interface Ledger extends OpsLedgerResponse {
  /** Whether what is shown could not be read again. */
  readonly stale: boolean;
  readonly unfreeze: Unfreeze;
  readonly retry: () => void;
}

/**
 * Lets a wallet go that was frozen as it is shown.
 *
 * @returns why it was not done; `before` when an earlier try had done it, which says nothing of now; null when it was done
 */
export type Unfreeze = (wallet: FrozenWallet, reason: string) => Promise<Failure | 'before' | null>;

/** The audit's state, read again after each of its runs, and at once when it finds something. */
export function useLedger(read: OpsLedgerResponse): Ledger {
  const [shown, setShown] = useState(read);
  const [stale, setStale] = useState(false);
  const [turn, setTurn] = useState(0);
  const { user } = useSession();
  const sendOnce = useSendOnce();
  const again = useCallback(() => setTurn((now) => now + 1), []);
  useEvent('system:ledger.violated', again, { channel: `role:${user.role}` });

  useEffect(() => {
    const timer = setInterval(again, EVERY_MS);
    return () => clearInterval(timer);
  }, [again]);

  useEffect(() => {
    if (turn === 0) return;
    const stop = new AbortController();
    void send<OpsLedgerResponse>(PATH, { method: 'GET', signal: stop.signal }).then((answer) => {
      if (stop.signal.aborted) return;
      setStale(!answer.ok);
      if (answer.ok) setShown(answer.data);
    });
    return () => stop.abort();
  }, [turn]);

  const unfreeze: Unfreeze = useCallback(
    async ({ userId, currency, frozenAt }, reason) => {
      const body: UnfreezeWalletBody = { userId, currency, reason };
      // One that was frozen again is let go anew.
      const wish = `${PATH}/unfreeze ${frozenAt} ${JSON.stringify(body)}`;
      const answer = await sendOnce<UnfreezeWalletResponse>(`${PATH}/unfreeze`, body, wish);
      // Also when it was refused: somebody may have been faster.
      again();
      if (!answer.ok) return answer.failure;
      return answer.isRepeated ? 'before' : null;
    },
    [again, sendOnce],
  );
  return { ...shown, stale, unfreeze, retry: again };
}
