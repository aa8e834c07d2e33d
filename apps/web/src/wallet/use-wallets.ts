'use client';

import { useOptimisticCommand } from '@skelly/client/react';
import type { Currency, OperationResponse, Wallet, WalletResponse } from '@skelly/types/wallet';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Failure, type Sent, send } from '../http/send';
import { useSession } from '../live/session-provider';
import { useSendOnce } from '../live/use-send-once';
import { createGather, type Gather } from '../ops/gather';
import { TRANSFERS_PATH, type TransferWish } from './transfers';
import { type Ahead, aheadOf, applyAhead, refreshWallets, takeBalance } from './wallets';

/** Events that come closer together than this are answered by one read, milliseconds. */
const GATHER_MS = 150;

export interface LiveWallets {
  /** With what was commanded and is not confirmed yet. */
  readonly wallets: readonly Wallet[];
  /** When an event last changed a wallet while the page was there; null before the first. */
  readonly changedAt: (currency: Currency) => string | null;
  /** Shows the transfer at once, and puts the balance back where it was not done. @param id names the wish: tried again it is the same */
  readonly transfer: (id: string, wish: TransferWish) => Promise<Ended>;
  /** The same for earnings that become available. */
  readonly collect: (amount: number, currency: Currency) => Promise<Ended>;
}

/** How a command ended: done, perhaps by an earlier try, or why not. */
export type Ended =
  | { readonly ok: true; readonly isRepeated: boolean }
  | { readonly ok: false; readonly failure: Failure };

interface Body {
  readonly amount: number;
  readonly currency: Currency;
  readonly toUserId?: string;
}

interface Command {
  readonly path: string;
  readonly body: Body;
  readonly ahead: Ahead;
  readonly wish: string;
}

type Answer = Pick<Extract<Sent<OperationResponse>, { ok: true }>, 'isRepeated'>;

/**
 * The member's wallets, kept true by the member's stream.
 *
 * @param first as the server read them; newer ones are merged in
 * @param onChange called, gathered, after events of the wallets, with a read of what events leave out
 */
export function useWallets(first: WalletResponse, onChange: () => Promise<void>): LiveWallets {
  const { balances } = useSession();
  const sendOnce = useSendOnce();
  const [read, setRead] = useState<readonly Wallet[]>(first.wallets);
  const merged = useRef(first);
  useEffect(() => {
    if (merged.current === first) return;
    merged.current = first;
    setRead((now) => refreshWallets(now, first.wallets));
  }, [first]);
  const known = useMemo(() => [...balances.values()].reduce(takeBalance, read), [read, balances]);
  const readAgain = useReadAfterEvents(first, setRead, onChange);

  // Of commands that are answered: the version of the wallet from which on they are done.
  const [answered] = useState(() => new WeakMap<Ahead, number>());
  const { state: wallets, run } = useOptimisticCommand<readonly Wallet[], Command, Answer, Failure>({
    state: known,
    apply: (now, { ahead }) => applyAhead(now, ahead, answered.get(ahead)),
    async send({ path, body, ahead, wish }) {
      const sent = await sendOnce<OperationResponse>(path, body, wish);
      if (!sent.ok) return { ok: false, reason: 'refused', failure: sent.failure };
      answered.set(ahead, sent.data.walletVersion);
      setRead((now) => takeBalance(now, sent.data));
      return { ...sent, data: sent };
    },
  });

  const latest = useRef(wallets);
  useEffect(() => {
    latest.current = wallets;
  });
  const command = useCallback(
    async (path: string, way: Ahead['way'], body: Body, id?: string): Promise<Ended> => {
      const wallet = latest.current.find(({ currency }) => currency === body.currency);
      if (!wallet) return { ok: false, failure: { kind: 'broken' } };
      const ahead = aheadOf(wallet, way, body.amount);
      // What was earned is collected once in a state of the wallet: in a later one the same amount is meant anew.
      const wish = id ?? `${path} ${body.amount} ${body.currency} ${wallet.walletVersion}`;
      const outcome = await run({ path, body, ahead, wish });
      // Done without its event in time: its answer has brought the balance.
      if (!outcome.ok && outcome.reason === 'timeout') return { ok: true, isRepeated: false };
      if (outcome.ok && !outcome.data.isRepeated) return { ok: true, isRepeated: false };
      // An old answer says nothing of now, and why may stand in the wallet too: it was frozen meanwhile, or its limits are used up.
      readAgain();
      if (outcome.ok) return { ok: true, isRepeated: true };
      return {
        ok: false,
        failure: outcome.outcome.reason === 'refused' ? outcome.outcome.failure : { kind: 'broken' },
      };
    },
    [run, readAgain],
  );
  const transfer = useCallback<LiveWallets['transfer']>(
    (id, { to, amount, currency }) => command(TRANSFERS_PATH, 'out', { amount, currency, toUserId: to.userId }, id),
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
