'use client';

import type { Currency, WalletResponse } from '@skelly/types/wallet';
import { useEffect, useState } from 'react';
import { send } from '../http/send';

/** What the member may spend; null until it is known, and when it cannot be said. */
export function useAvailable(currency: Currency): number | null {
  const [available, setAvailable] = useState<number | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void send<Partial<WalletResponse>>('/api/wallet', { method: 'GET', signal: stop.signal }).then((answer) => {
      if (stop.signal.aborted || !answer.ok) return;
      const wallet = answer.data.wallets?.find((each) => each.currency === currency);
      setAvailable(wallet?.availableBalance ?? null);
    });
    return () => stop.abort();
  }, [currency]);
  return available;
}
