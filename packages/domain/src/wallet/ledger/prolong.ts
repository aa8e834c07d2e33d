import { escrow } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { eq } from 'drizzle-orm';
import { escrowNotFound, escrowResolved } from '../errors';
import { moveHoldTimer } from './hold-timer';
import { lockHold } from './lock-hold';

/**
 * Gives a hold another time to expire, or none: then it stays until it is settled or refunded.
 *
 * @throws WalletError `escrow_not_found` when the hold is not this member's; `escrow_already_refunded` and the like.
 */
export async function prolongHold(
  work: UnitOfWork,
  given: { readonly userId: string; readonly escrowId: string; readonly expiresAt: Date | null },
): Promise<void> {
  const { userId, escrowId, expiresAt } = given;
  const hold = await lockHold(work, escrowId);
  if (!hold || hold.owner !== userId) throw escrowNotFound();
  if (hold.status !== 'held') throw escrowResolved(hold.status);
  await work.tx.update(escrow).set({ expiresAt }).where(eq(escrow.id, escrowId));
  await moveHoldTimer(work, given, expiresAt && { at: expiresAt });
}
