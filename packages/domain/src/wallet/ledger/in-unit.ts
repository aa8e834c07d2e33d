import type { UnitOfWork } from '@skelly/events';
import { CURRENCIES } from '@skelly/types/wallet';
import type { WalletEventMetrics } from '../publisher';
import { createDraft, type Decision, type Draft } from './decide';
import { namedEscrow, type Operation, ownersOf } from './operation';
import { lockLedger, openSystemAccounts } from './read';
import { type Escrow, type WalletAccounts, walletKey } from './state';
import { emitDecisions } from './write';

/** What a unit of work has read of the ledger, and what it has decided on it. */
interface OpenLedger {
  readonly wallets: Map<string, WalletAccounts>;
  readonly escrows: Map<string, Escrow>;
  readonly draft: Draft;
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
    .filter((wallet) => !ledger.wallets.has(walletKey(wallet)));
  const escrowId = namedEscrow(operation);
  const escrowIds = escrowId === undefined || ledger.escrows.has(escrowId) ? [] : [escrowId];
  if (wallets.length > 0 || escrowIds.length > 0) {
    const read = await lockLedger(work.tx, wallets, escrowIds);
    for (const [key, wallet] of read.wallets) ledger.wallets.set(key, wallet);
    for (const [id, escrow] of read.escrows) ledger.escrows.set(id, escrow);
  }
  const decision = ledger.draft.decide(operation, now);
  work.write(...emitDecisions(work, [{ decision, inContext: (run) => run() }], metrics));
  return decision;
}

async function openLedger(work: UnitOfWork): Promise<OpenLedger> {
  const open = ledgers.get(work);
  if (open) return open;
  const system = await openSystemAccounts(work.tx, CURRENCIES);
  const wallets = new Map<string, WalletAccounts>();
  const escrows = new Map<string, Escrow>();
  const ledger = { wallets, escrows, draft: createDraft({ wallets, system, escrows }) };
  ledgers.set(work, ledger);
  return ledger;
}
