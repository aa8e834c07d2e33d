'use client';

import type { Wallet } from '@skelly/types/wallet';
import { useEffect, useRef } from 'react';
import type { Failure } from '../http/send';
import { Avatar } from '../member/avatar';
import { Button } from '../ui/button';
import { Notice } from '../ui/notice';
import { money } from './amount-words';
import { failureWords } from './failure-words';
import type { Counterparty } from './money';

interface TransferReviewProps {
  readonly to: Counterparty;
  readonly amount: number;
  readonly wallet: Wallet;
  /** Why it was not sent, when it was tried. */
  readonly failure: Failure | null;
  readonly onBack: () => void;
  readonly onSend: () => void;
}

/** The last look at a transfer, in words. */
export function TransferReview({ to, amount, wallet, failure, onBack, onSend }: TransferReviewProps) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const words = money(amount, wallet.currency);
  return (
    <div>
      <div className="flex items-center gap-3.5">
        <Avatar name={to.displayName} />
        <p className="min-w-0 text-ink-2">
          <span className="tabular block font-semibold font-title text-lead text-ink">{words}</span>
          to <span className="break-words font-medium text-ink">{to.displayName}</span>
        </p>
      </div>
      <p className="tabular mt-4 text-ink-2 text-small">
        {wallet.availableBalance < amount
          ? `You have ${money(wallet.availableBalance, wallet.currency)}.`
          : `You keep ${money(wallet.availableBalance - amount, wallet.currency)}.`}{' '}
        What is sent is theirs at once and cannot be taken back.
      </p>
      {failure ? (
        <Notice tone="failed" role="alert" title="Not sent" className="mt-4">
          {failureWords(failure)}
        </Notice>
      ) : null}
      <div className="mt-5 flex gap-3">
        <Button look="secondary" className="h-11" onClick={onBack}>
          Back
        </Button>
        <Button ref={button} className="h-11 min-w-0 flex-1" onClick={onSend}>
          {failure ? 'Try again' : `Send ${words}`}
        </Button>
      </div>
    </div>
  );
}
