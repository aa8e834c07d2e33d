'use client';

import { useEvent } from '@skelly/client/react';
import type { OpsLedgerResponse, UnfreezeWalletBody, UnfreezeWalletResponse } from '@skelly/types/wallet';
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
  /** @returns why it was not done; null when it was */
  readonly unfreeze: (body: UnfreezeWalletBody) => Promise<Failure | null>;
  readonly retry: () => void;
}

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

  const unfreeze: Ledger['unfreeze'] = useCallback(
    async (body) => {
      const answer = await sendOnce<UnfreezeWalletResponse>(`${PATH}/unfreeze`, body);
      // Also when it was refused: somebody may have been faster.
      again();
      return answer.ok ? null : answer.failure;
    },
    [again, sendOnce],
  );
  return { ...shown, stale, unfreeze, retry: again };
}
