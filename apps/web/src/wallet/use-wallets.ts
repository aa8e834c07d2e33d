'use client';

import { useOptimisticCommand } from '@skelly/client/react';
import type { Currency, OperationResponse, Wallet, WalletResponse } from '@skelly/types/wallet';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Failure, send } from '../http/send';
import { useSession } from '../live/session-provider';
import { createGather, type Gather } from '../ops/gather';
import type { Counterparty } from './money';
import { useKeyedSend } from './use-keyed-send';
import { type Ahead, aheadOf, applyAhead, refreshWallets, takeBalance } from './wallets';

/** Events that come closer together than this are answered by one read, milliseconds. */
const GATHER_MS = 150;

export interface LiveWallets {
  /** With what was commanded and is not confirmed yet. */
  readonly wallets: readonly Wallet[];
  /** When an event last changed a wallet while the page was there; null before the first. */
  readonly changedAt: (currency: Currency) => string | null;
  /** Shows the transfer at once; null when it was done, else why it was not, and the balance is back. */
  readonly transfer: (to: Counterparty, amount: number, currency: Currency) => Promise<Failure | null>;
  /** The same for earnings that become available. */
  readonly collect: (amount: number, currency: Currency) => Promise<Failure | null>;
}

interface Body {
  readonly amount: number;
  readonly currency: Currency;
  readonly toUserId?: string;
}

interface Command {
  readonly path: string;
  readonly body: Body;
  readonly ahead: Ahead;
}

/**
 * The member's wallets, kept true by the member's stream.
 *
 * @param first as the server read them; newer ones are merged in
 * @param onChange called, gathered, after events of the wallets, with a read of what events leave out
 */
export function useWallets(first: WalletResponse, onChange: () => Promise<void>): LiveWallets {
  const { balances } = useSession();
  const [read, setRead] = useState<readonly Wallet[]>(first.wallets);
  const merged = useRef(first);
  useEffect(() => {
    if (merged.current === first) return;
    merged.current = first;
    setRead((now) => refreshWallets(now, first.wallets));
  }, [first]);
  const known = useMemo(() => [...balances.values()].reduce(takeBalance, read), [read, balances]);
  const readAgain = useReadAfterEvents(first, setRead, onChange);

  const keyedSend = useKeyedSend();
  const { state: wallets, run } = useOptimisticCommand<readonly Wallet[], Command, OperationResponse, Failure>({
    state: known,
    apply: (now, { ahead }) => applyAhead(now, ahead),
    async send({ path, body }) {
      const sent = await keyedSend<OperationResponse>(path, body);
      if (!sent.ok) return { ok: false, reason: 'refused', failure: sent.failure };
      setRead((now) => takeBalance(now, sent.data));
      return sent;
    },
  });

  const latest = useRef(wallets);
  useEffect(() => {
    latest.current = wallets;
  });
  const command = useCallback(
    async (path: string, way: Ahead['way'], body: Body) => {
      const wallet = latest.current.find(({ currency }) => currency === body.currency);
      if (!wallet) return { kind: 'broken' } as const;
      const outcome = await run({ path, body, ahead: aheadOf(wallet, way, body.amount) });
      // Done without its event in time: its answer has brought the balance.
      if (outcome.ok || outcome.reason === 'timeout') return null;
      // Why may stand in the wallet too: it was frozen meanwhile, or its limits are used up.
      readAgain();
      return outcome.outcome.reason === 'refused' ? outcome.outcome.failure : ({ kind: 'broken' } as const);
    },
    [run, readAgain],
  );
  const transfer = useCallback<LiveWallets['transfer']>(
    (to, amount, currency) => command('/api/wallet/transfers', 'out', { amount, currency, toUserId: to.userId }),
    [command],
  );
  const collect = useCallback<LiveWallets['collect']>(
    (amount, currency) => command('/api/wallet/earnings/collect', 'collect', { amount, currency }),
    [command],
  );
  const changedAt = useCallback((currency: Currency) => balances.get(currency)?.at ?? null, [balances]);
  return { wallets, changedAt, transfer, collect };
}

/** Reads limits, and whatever else the page wants, after events told of a balance that the page was not made with, and when asked to. */
function useReadAfterEvents(
  first: WalletResponse,
  setRead: (update: (now: readonly Wallet[]) => readonly Wallet[]) => void,
  onChange: () => Promise<void>,
): () => void {
  const { balances } = useSession();
  const also = useRef(onChange);
  useEffect(() => {
    also.current = onChange;
  });
  const [gather, setGather] = useState<Gather | null>(null);
  useEffect(() => {
    const made = createGather(async () => {
      const [answer] = await Promise.all([send<WalletResponse>('/api/wallet', { method: 'GET' }), also.current()]);
      if (answer.ok) setRead((now) => refreshWallets(now, answer.data.wallets));
    }, GATHER_MS);
    setGather(made);
    return () => made.stop();
  }, [setRead]);
  const seen = useRef<readonly Wallet[]>(first.wallets);
  useEffect(() => {
    const told = [...balances.values()];
    const isNews = told.some(({ currency, walletVersion }) => {
      const before = seen.current.find((wallet) => wallet.currency === currency);
      return !before || walletVersion > before.walletVersion;
    });
    if (!gather || !isNews) return;
    seen.current = told.reduce(takeBalance, seen.current);
    gather.sign();
  }, [balances, gather]);
  return useCallback(() => gather?.sign(), [gather]);
}
