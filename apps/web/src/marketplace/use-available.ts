'use client';

import type { Currency, Wallet, WalletResponse } from '@skelly/types/wallet';
import { useEffect, useState } from 'react';
import { send } from '../http/send';
import { useSession } from '../live/session-provider';
import { takeBalance } from '../wallet/wallets';

/** What the member may spend, kept true by events; null until it is known, and when it cannot be said. */
export function useAvailable(currency: Currency): number | null {
  const { balances } = useSession();
  const [wallets, setWallets] = useState<readonly Wallet[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    void send<Partial<WalletResponse>>('/api/wallet', { method: 'GET', signal: stop.signal }).then((answer) => {
      if (!stop.signal.aborted && answer.ok) setWallets(answer.data.wallets ?? []);
    });
    return () => stop.abort();
  }, []);
  const current = [...balances.values()].reduce(takeBalance, wallets);
  return current.find((wallet) => wallet.currency === currency)?.availableBalance ?? null;
}
