import { performanceRequest, users } from '@skelly/db';
import { newId, type UnitOfWork } from '@skelly/events';
import { type Currency, PERFORMANCE_FEATURE, TransactionReason } from '@skelly/types/wallet';
import { and, eq } from 'drizzle-orm';
import type { SpendingLimits, WalletService } from '../wallet';
import { answerDue } from './decide';
import { notACreator, ownRequest } from './errors';
import { recordStep } from './step';

/** What a fan asks of a creator. */
export interface NewRequest {
  readonly fanId: string;
  readonly creatorId: string;
  readonly title: string;
  readonly details: string;
  /** The price, which is held from here on. */
  readonly amount: number;
  readonly currency: Currency;
}

/**
 * Requests a performance and holds its price. The hold's own timer gives it back unless the creator accepts in time. Emits
 * `marketplace:request.moved` and what the wallet emits of a hold.
 *
 * @param deps.limits of the fan's role. @defaultValue none
 * @returns the request's id.
 * @throws AppError `own_request`, `not_a_creator`; WalletError `insufficient_funds`, those of limits and `wallet_frozen`.
 */
export async function openRequest(
  work: UnitOfWork,
  deps: { readonly wallets: WalletService; readonly limits?: SpendingLimits | undefined; readonly now: Date },
  { fanId, creatorId, title, details, amount, currency }: NewRequest,
): Promise<string> {
  const { wallets, limits, now } = deps;
  if (creatorId === fanId) throw ownRequest('You cannot request a performance from yourself. Choose another creator.');
  const [creator] = await work.tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, creatorId), eq(users.role, 'creator')));
  if (!creator) throw notACreator();
  const [id, escrowId] = [newId(), newId()];
  const dueAt = answerDue(now);
  await wallets.holdInEscrow(
    {
      userId: fanId,
      amount,
      currency,
      escrowId,
      expiresAt: dueAt,
      reason: TransactionReason.PERFORMANCE_REQUEST,
      queueItemId: id,
      featureType: PERFORMANCE_FEATURE,
    },
    { work, ...(limits ? { limits } : {}) },
  );
  const [made] = await work.tx
    .insert(performanceRequest)
    .values({ id, fanId, creatorId, title, details, amount, currency, escrowId, dueAt, createdAt: now, updatedAt: now })
    .returning();
  if (!made) throw new Error('The request was not written.');
  await recordStep(work, made, { before: null, by: 'fan', note: null });
  return id;
}
