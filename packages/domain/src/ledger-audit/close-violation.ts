import { ledgerAccount, ledgerAudit, ledgerViolation } from '@skelly/db';
import { currentEventContext, recordOperatorAction, type UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { and, eq, isNotNull, sql } from 'drizzle-orm';

/**
 * Closes a violation that holds no wallet frozen, such as one of an account of the system, with the reason; the action is recorded. What
 * is still so is found again, unless it is told once (`chain`, `hold`, `event`).
 *
 * @param options.detail kept with the action.
 * @throws AppError `violation_not_found`, `violation_closed`, or `violation_of_frozen_wallet`: unfreezing the wallet closes that.
 */
export async function closeViolation(
  work: UnitOfWork,
  { violationId, reason }: { readonly violationId: string; readonly reason: string },
  { detail = {} }: { readonly detail?: Readonly<Record<string, unknown>> } = {},
): Promise<void> {
  // The audit's own lock: nobody freezes meanwhile.
  await work.tx.select({ position: ledgerAudit.position }).from(ledgerAudit).for('update');
  const [found] = await work.tx.select().from(ledgerViolation).where(eq(ledgerViolation.id, violationId)).for('update');
  if (!found) throw refused('not_found', 'violation_not_found', 'There is no such violation.');
  if (found.resolvedAt) throw refused('conflict', 'violation_closed', 'This violation is closed already.');
  const { owner, currency, rule, subject } = found;
  if (owner !== null && currency !== null) {
    const [frozen] = await work.tx
      .select({ id: ledgerAccount.id })
      .from(ledgerAccount)
      .where(
        and(eq(ledgerAccount.owner, owner), eq(ledgerAccount.currency, currency), isNotNull(ledgerAccount.frozenAt)),
      )
      .limit(1);
    if (frozen)
      throw refused(
        'conflict',
        'violation_of_frozen_wallet',
        `It holds the wallet of ${owner} in ${currency} frozen. Unfreeze the wallet; that closes it.`,
      );
  }
  await work.tx
    .update(ledgerViolation)
    .set({ resolvedAt: sql`now()`, resolvedBy: currentEventContext().actor, note: reason })
    .where(eq(ledgerViolation.id, violationId));
  await recordOperatorAction(work.tx, {
    action: 'wallet.close-violation',
    target: violationId,
    reason,
    detail: { ...detail, rule, subject },
  });
}

function refused(kind: 'not_found' | 'conflict', code: string, message: string): AppError {
  return new AppError({ kind, code, message });
}
