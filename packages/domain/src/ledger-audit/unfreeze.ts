import { ledgerAccount, ledgerAudit, ledgerViolation } from '@skelly/db';
import { currentEventContext, recordOperatorAction, type UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import type { UnfreezeWalletBody, UnfreezeWalletResponse } from '@skelly/types/wallet';
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { compareBalances, compareEscrow } from './compare';
import { type Finding, joined } from './finding';

/**
 * Lets a frozen wallet take operations again, once it holds what its transfers say. Its violations are closed with the reason, and the
 * action is recorded.
 *
 * @param options.detail kept with the action.
 * @throws AppError `wallet_not_frozen`, or `wallet_still_violated` when its balances are not right yet; then nothing was changed.
 */
export async function unfreezeWallet(
  work: UnitOfWork,
  { userId: owner, currency, reason }: UnfreezeWalletBody,
  { detail = {} }: { readonly detail?: Readonly<Record<string, unknown>> } = {},
): Promise<UnfreezeWalletResponse> {
  // The audit's own lock, then the accounts in their order: nobody counts and nobody moves meanwhile.
  const [head] = await work.tx.select({ position: ledgerAudit.position }).from(ledgerAudit).for('update');
  const accounts = await work.tx
    .select({ id: ledgerAccount.id, frozenAt: ledgerAccount.frozenAt })
    .from(ledgerAccount)
    .where(and(eq(ledgerAccount.owner, owner), eq(ledgerAccount.currency, currency)))
    .orderBy(ledgerAccount.id)
    .for('no key update');
  if (accounts.every(({ frozenAt }) => frozenAt === null)) throw notFrozen();
  const wallet = { owner, currency };
  const { found: wrong } = joined([
    await compareBalances(work.tx, head?.position ?? 0, wallet),
    await compareEscrow(work.tx, wallet),
  ]);
  if (wrong.length > 0) throw stillViolated(wrong.map(({ evidence }) => evidence));
  const ids = accounts.map(({ id }) => id);
  await work.tx.update(ledgerAccount).set({ frozenAt: null, frozenReason: null }).where(inArray(ledgerAccount.id, ids));
  const resolved = await work.tx
    .update(ledgerViolation)
    .set({ resolvedAt: sql`now()`, resolvedBy: currentEventContext().actor, note: reason })
    .where(
      and(eq(ledgerViolation.owner, owner), eq(ledgerViolation.currency, currency), isNull(ledgerViolation.resolvedAt)),
    )
    .returning({ id: ledgerViolation.id });
  await recordOperatorAction(work.tx, {
    action: 'wallet.unfreeze',
    target: `wallet:${owner}`,
    reason,
    detail: { ...detail, currency, violations: resolved.slice(0, 50).map(({ id }) => id) },
  });
  return { userId: owner, currency, resolved: resolved.length };
}

function notFrozen(): AppError {
  return new AppError({
    kind: 'conflict',
    code: 'wallet_not_frozen',
    message: 'This wallet is not frozen. Nothing was changed.',
  });
}

function stillViolated(evidence: readonly Finding['evidence'][]): AppError {
  const lines = evidence.map(
    ({ expected, found }) =>
      `${expected.account ?? 'an account'} holds ${found.balance}, its transfers say ${expected.balance}`,
  );
  return new AppError({
    kind: 'conflict',
    code: 'wallet_still_violated',
    message: `The wallet is not right yet: ${lines.join('; ')}. Repair it first; nothing was changed.`,
  });
}
