'use client';

import { whyWords } from '../http/failure-words';
import { isUnknown } from '../http/send';
import { Notice } from '../ui/notice';
import { money } from './money';
import { isSent, sentWords } from './sent-words';
import { needsWords, type Transfer } from './transfers';
import { STALE_WORDS, useStale } from './use-stale';
import type { Transfers } from './use-transfer';

/** Transfers whose dialog is closed and whose end still has to be said: each in words of its own. */
export function TransferNotices({ transfers }: { readonly transfers: Transfers }) {
  return transfers.all
    .filter(needsWords)
    .map((transfer) => (
      <TransferNotice
        key={transfer.id}
        transfer={transfer}
        onRetry={() => transfers.retry(transfer.id)}
        onDismiss={() => transfers.forget(transfer.id)}
      />
    ));
}

interface TransferNoticeProps {
  readonly transfer: Transfer;
  readonly onRetry: () => void;
  readonly onDismiss: () => void;
}

function TransferNotice({ transfer, onRetry, onDismiss }: TransferNoticeProps) {
  const { amount, currency, to, failure } = transfer;
  const isStale = useStale(transfer);
  const what = `${money(amount, currency)} to ${to.displayName}`;
  if (!failure) {
    const isOver = isSent(transfer);
    return (
      <Notice tone={isOver ? 'done' : 'info'} role="status" title={what} className="w-full">
        <p>{sentWords(transfer) || 'Sending…'}</p>
        {isOver ? <Act onClick={onDismiss}>Understood</Act> : null}
      </Notice>
    );
  }
  if (!isUnknown(failure))
    return (
      <Notice tone="failed" role="alert" title={`${what} not sent`} className="w-full">
        <p>{whyWords(failure)}</p>
        <Act onClick={onDismiss}>Understood</Act>
      </Notice>
    );
  return (
    <Notice tone="held" role="alert" title={`We do not know yet whether ${what} went out`} className="w-full">
      <p>{isStale ? STALE_WORDS : `${whyWords(failure)} Your statement shows whether it did.`}</p>
      {isStale ? (
        <Act onClick={onDismiss}>I have looked</Act>
      ) : (
        <span className="flex gap-5">
          <Act onClick={onRetry}>Try again</Act>
          <Act onClick={onDismiss}>Leave it</Act>
        </span>
      )}
    </Notice>
  );
}

function Act({ onClick, children }: { readonly onClick: () => void; readonly children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="mt-1 rounded-sm font-medium text-ink underline underline-offset-4 max-md:min-h-11"
    >
      {children}
    </button>
  );
}
