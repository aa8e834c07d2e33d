import type { UnitOfWork } from '@skelly/events';
import { CURRENCIES } from '@skelly/types/wallet';
import { createDraft, type Decision, type Draft } from './decide';
import { namedEscrow, type Operation, ownersOf } from './operation';
import type { WalletEventMetrics } from './publisher';
import { lockLedger, openSystemAccounts } from './read';
import { type Account, accountKey, type Escrow } from './state';
import { writeDecisions } from './write';

/** What a unit of work has read of the ledger, and what it has decided on it. */
interface OpenLedger {
  readonly accounts: Map<string, Account>;
  readonly escrows: Map<string, Escrow>;
  draft: Draft;
}

const ledgers = new WeakMap<UnitOfWork, OpenLedger>();

/**
 * Decides an operation in a caller's unit of work, with which it commits or not. Its wallets are locked from here to the end; what is
 * written, is written when the unit ends.
 *
 * @throws WalletError when it is refused; what the unit has decided before stands.
 */
export async function decideInUnit(
  work: UnitOfWork,
  operation: Operation,
  { now, metrics }: { readonly now: Date; readonly metrics?: WalletEventMetrics | undefined },
): Promise<Decision> {
  const ledger = await openLedger(work);
  const { currency } = operation;
  const wallets = ownersOf(operation)
    .map((owner) => ({ owner, currency }))
    .filter(({ owner }) => !ledger.accounts.has(accountKey({ owner, kind: 'available', currency })));
  const escrowId = namedEscrow(operation);
  const escrowIds = escrowId === undefined || ledger.escrows.has(escrowId) ? [] : [escrowId];
  if (wallets.length > 0 || escrowIds.length > 0) {
    const read = await lockLedger(work.tx, wallets, escrowIds);
    for (const [key, account] of read.accounts) ledger.accounts.set(key, account);
    for (const [id, escrow] of read.escrows) ledger.escrows.set(id, escrow);
  }
  const decision = ledger.draft.decide(operation, now);
  writeDecisions(work, [{ decision, inContext: (run) => run() }], metrics);
  return decision;
}

async function openLedger(work: UnitOfWork): Promise<OpenLedger> {
  const open = ledgers.get(work);
  if (open) return open;
  const accounts = new Map(await openSystemAccounts(work.tx, CURRENCIES));
  const escrows = new Map<string, Escrow>();
  const ledger = { accounts, escrows, draft: createDraft({ accounts, escrows }) };
  ledgers.set(work, ledger);
  return ledger;
}
