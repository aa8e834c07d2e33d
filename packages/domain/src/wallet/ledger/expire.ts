import type { UnitOfWork } from '@skelly/events';
import { TransactionReason } from '@skelly/types/wallet';
import type { WalletService } from '../wallet-service';
import { moveHoldTimer } from './hold-timer';
import { lockHold } from './lock-hold';
import { unlessFrozen } from './unless-frozen';

/**
 * Gives a hold back whose time is over, unless it has been settled or refunded by then. If it was prolonged, or its wallet is frozen, its
 * timer comes again.
 *
 * @returns whether it went back now.
 */
export async function expireHold(
  work: UnitOfWork,
  wallets: WalletService,
  { escrowId, now }: { readonly escrowId: string; readonly now: Date },
): Promise<boolean> {
  const hold = await lockHold(work, escrowId);
  if (hold?.status !== 'held' || !hold.expiresAt) return false;
  const { owner: userId, currency, expiresAt } = hold;
  if (expiresAt > now) {
    // Also when the clock of whoever asks is behind that by which the timer came.
    await moveHoldTimer(work, { userId, escrowId }, { at: expiresAt });
    return false;
  }
  const refund = { userId, currency, escrowId, reason: TransactionReason.PERFORMANCE_EXPIRED } as const;
  const again = await unlessFrozen(() => wallets.refundEscrow(refund, { work }));
  if (again) await moveHoldTimer(work, { userId, escrowId }, again);
  return !again;
}
