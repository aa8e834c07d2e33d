import { escrow } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { TransactionReason } from '@skelly/types/wallet';
import { eq } from 'drizzle-orm';
import { lockLedger } from './read';
import type { WalletService } from './wallet-service';

/**
 * Gives a hold back whose time is over, unless it has been settled or refunded by then, or was prolonged.
 *
 * @returns whether it went back now.
 */
export async function expireHold(
  work: UnitOfWork,
  wallets: WalletService,
  { escrowId, now }: { readonly escrowId: string; readonly now: Date },
): Promise<boolean> {
  const seen = await findDue(work, escrowId, now);
  if (!seen) return false;
  // The wallet is locked first, as whoever settles the hold does; it may have been resolved until then.
  await lockLedger(work.tx, [seen], []);
  const hold = await findDue(work, escrowId, now);
  if (!hold) return false;
  const { owner: userId, currency } = hold;
  await wallets.refundEscrow({ userId, currency, escrowId, reason: TransactionReason.PERFORMANCE_EXPIRED }, { work });
  return true;
}

async function findDue({ tx }: UnitOfWork, escrowId: string, now: Date) {
  const [hold] = await tx
    .select({ owner: escrow.owner, currency: escrow.currency, status: escrow.status, expiresAt: escrow.expiresAt })
    .from(escrow)
    .where(eq(escrow.id, escrowId));
  return hold?.status === 'held' && hold.expiresAt && hold.expiresAt <= now ? hold : undefined;
}
