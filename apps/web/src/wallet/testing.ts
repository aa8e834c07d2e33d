import type { StatementEntry } from '@skelly/types/wallet';

/** A line of a statement for tests: a top-up unless told otherwise. */
export function entry(of: Partial<StatementEntry> & { readonly position: number }): StatementEntry {
  return {
    transferId: `transfer ${of.position}`,
    transactionId: `transaction ${of.position}`,
    at: '2026-11-20T12:00:00.000Z',
    account: 'available',
    kind: 'credit',
    reason: 'top_up',
    amount: 100,
    balance: 100,
    counterparty: null,
    escrowId: null,
    featureType: null,
    queueItemId: null,
    ...of,
  };
}
