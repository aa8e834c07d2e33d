'use client';

import { useEffect, useRef } from 'react';
import { whyWords } from '../http/failure-words';
import { type Failure, isUnknown } from '../http/send';
import { Avatar } from '../member/avatar';
import { Button } from '../ui/button';
import { LateButton } from '../ui/late-button';
import { Notice } from '../ui/notice';
import { money } from './money';
import type { TransferWish } from './transfers';
import { STALE_WORDS } from './use-stale';

interface TransferReviewProps {
  readonly wish: TransferWish;
  readonly available: number;
  /** What is known of its end, when it was tried. */
  readonly failure: Failure | null;
  /** Whether that is not known and it is too old to be tried again. */
  readonly isStale: boolean;
  /** Whether the member has tried to send just that before, and nobody knows how it ended. */
  readonly isTwin: boolean;
  readonly onBack: () => void;
  readonly onSend: () => void;
  readonly onClose: () => void;
}

/** The last look at a transfer, in words. */
export function TransferReview(props: TransferReviewProps) {
  const { wish, available, failure, isStale, isTwin, onBack, onSend, onClose } = props;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const { to, amount, currency } = wish;
  const words = money(amount, currency);
  return (
    <div>
      <div className="flex items-center gap-3.5">
        <Avatar name={to.displayName} />
        <p className="min-w-0 text-ink-2">
          <span className="tabular block font-semibold font-title text-lead text-ink">{words}</span>
          to <span className="break-words font-medium text-ink">{to.displayName}</span>
        </p>
      </div>
      {failure && isUnknown(failure) ? null : (
        <p className="tabular mt-4 text-ink-2 text-small">
          {available < amount
            ? `You have ${money(available, currency)}.`
            : `You keep ${money(available - amount, currency)}.`}{' '}
          What is sent is theirs at once and cannot be taken back.
        </p>
      )}
      {failure ? <Failed failure={failure} isStale={isStale} /> : null}
      {isTwin ? (
        <Notice tone="held" role="alert" title="You have tried to send just this already" className="mt-4">
          We do not know yet whether that went out: your statement shows it if it did. This is a second one.
        </Notice>
      ) : null}
      <div className="mt-5 flex gap-3">
        <Button look="secondary" className="h-11" onClick={onBack}>
          Back
        </Button>
        <LateButton ref={button} className="h-11 min-w-0 flex-1" onClick={isStale ? onClose : onSend}>
          {isStale ? 'To your statement' : failure ? 'Try again' : isTwin ? 'Send a second time' : `Send ${words}`}
        </LateButton>
      </div>
    </div>
  );
}

function Failed({ failure, isStale }: { readonly failure: Failure; readonly isStale: boolean }) {
  return isUnknown(failure) ? (
    <Notice tone="held" role="alert" title="We do not know yet whether it was sent" className="mt-4">
      {isStale ? STALE_WORDS : `${whyWords(failure)} Your statement shows whether it was.`}
    </Notice>
  ) : (
    <Notice tone="failed" role="alert" title="Not sent" className="mt-4">
      {whyWords(failure)}
    </Notice>
  );
}
