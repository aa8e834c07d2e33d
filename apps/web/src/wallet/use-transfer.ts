'use client';

import type { Currency } from '@skelly/types/wallet';
import { useCallback, useRef, useState } from 'react';
import { PENDING_AFTER_MS } from '../http/pending';
import type { Failure } from '../http/send';
import type { Counterparty } from './money';
import type { LiveWallets } from './use-wallets';

/** The transfer that the member has confirmed last. */
export interface Transfer {
  readonly to: Counterparty;
  readonly amount: number;
  readonly currency: Currency;
  /** `sending` says nothing for the first moment, then it is `slow`; `failed` says why. */
  readonly state: 'sending' | 'slow' | 'sent' | 'failed';
  readonly failure: Failure | null;
}

export interface Transfers {
  readonly last: Transfer | null;
  readonly send: (to: Counterparty, amount: number, currency: Currency) => void;
  /** The member knows how the last one ended. */
  readonly forget: () => void;
}

/** Sends transfers, and remembers how the last one goes also when its dialog is closed meanwhile. */
export function useTransfer(run: LiveWallets['transfer']): Transfers {
  const [last, setLast] = useState<Transfer | null>(null);
  const round = useRef(0);
  const send = useCallback<Transfers['send']>(
    (to, amount, currency) => {
      round.current += 1;
      const mine = round.current;
      const say = (state: Transfer['state'], failure: Failure | null = null) => {
        if (round.current === mine) setLast({ to, amount, currency, state, failure });
      };
      say('sending');
      const slow = setTimeout(() => say('slow'), PENDING_AFTER_MS);
      void run(to, amount, currency).then((failure) => {
        clearTimeout(slow);
        say(failure ? 'failed' : 'sent', failure);
      });
    },
    [run],
  );
  const forget = useCallback(() => setLast(null), []);
  return { last, send, forget };
}
