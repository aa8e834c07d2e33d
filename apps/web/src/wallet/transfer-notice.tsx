'use client';

import { Notice } from '../ui/notice';
import { money } from './amount-words';
import { failureWords } from './failure-words';
import type { Transfer } from './use-transfer';

/** A transfer whose dialog was closed before it had ended, and that was refused. */
export function TransferNotice({
  transfer,
  onDismiss,
}: {
  readonly transfer: Transfer;
  readonly onDismiss: () => void;
}) {
  if (transfer.state !== 'failed' || !transfer.failure) return null;
  const words = `${money(transfer.amount, transfer.currency)} to ${transfer.to.displayName} not sent`;
  return (
    <Notice tone="failed" role="alert" title={words} className="w-full">
      <p>{failureWords(transfer.failure)}</p>
      <button
        type="button"
        onClick={onDismiss}
        className="mt-1 rounded-sm font-medium text-ink underline underline-offset-4"
      >
        Understood
      </button>
    </Notice>
  );
}
