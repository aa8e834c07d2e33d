import { createHash } from 'node:crypto';
import { type Queries, topUp, users } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { type TopUp, TransactionReason } from '@skelly/types/wallet';
import { and, count, eq, gt } from 'drizzle-orm';
import { WalletError, type WalletService } from '../wallet';
import type { Checkout, Payment, PaymentEvent } from './provider';

/** Top-ups that a member may begin in an hour without ending one. */
const MOST_PENDING = 20;
const HOUR_MS = 3_600_000;

/**
 * Begins a top-up; nothing moves until its provider says that it was paid.
 *
 * @throws WalletError `too_many_top_ups`.
 */
export async function beginTopUp(
  work: UnitOfWork,
  asked: { readonly payment: Payment; readonly provider: string; readonly checkout: Checkout; readonly now: Date },
): Promise<TopUp> {
  const { payment, provider, checkout, now } = asked;
  const { topUpId: id, userId, amount, currency } = payment;
  // One after the other, so that the count is right.
  await work.tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update');
  const [open] = await work.tx
    .select({ count: count() })
    .from(topUp)
    .where(
      and(
        eq(topUp.userId, userId),
        eq(topUp.status, 'pending'),
        gt(topUp.createdAt, new Date(now.getTime() - HOUR_MS)),
      ),
    );
  if (open && open.count >= MOST_PENDING) throw tooManyTopUps();
  const [begun] = await work.tx
    .insert(topUp)
    .values({
      id,
      userId,
      amount,
      currency,
      provider,
      providerReference: checkout.reference,
      checkoutUrl: checkout.url,
      createdAt: now,
    })
    .returning();
  return toTopUp(begun as typeof topUp.$inferSelect);
}

/** @throws AppError `top_up_not_found` when the member has none of that id. */
export async function getTopUp(
  queries: Queries,
  { userId, topUpId }: { readonly userId: string; readonly topUpId: string },
): Promise<TopUp> {
  const [found] = await queries
    .select()
    .from(topUp)
    .where(and(eq(topUp.id, topUpId), eq(topUp.userId, userId)));
  if (!found) throw notFound();
  return toTopUp(found);
}

/** What became of a top-up by a provider's event. */
export interface DecidedTopUp {
  readonly userId: string;
  readonly topUp: TopUp;
  /** Why nothing moved though it was paid: another amount was. Told once. */
  readonly mismatch?: WalletError;
}

/**
 * Ends a top-up as its provider says, and credits what was paid in the same unit of work. The first event decides; deliveries of it
 * that come again, and others that say the same, change nothing. What was paid must be what was asked for: otherwise it has failed.
 *
 * @throws AppError `top_up_not_found`, or `top_up_already_paid` and the like when it has ended otherwise: the provider then has
 *   to give back what it took.
 */
export async function decideTopUp(
  work: UnitOfWork,
  wallets: WalletService,
  { provider, event, now }: { readonly provider: string; readonly event: PaymentEvent; readonly now: Date },
): Promise<DecidedTopUp> {
  const [found] = await work.tx
    .select()
    .from(topUp)
    .where(and(eq(topUp.id, event.topUpId), eq(topUp.provider, provider)))
    .for('update');
  if (!found) throw notFound();
  const { userId, amount, currency } = found;
  const isAsPaid = event.amount === amount && event.currency === currency;
  if (found.status !== 'pending') {
    const saysTheSame = found.status === event.outcome && (event.outcome !== 'paid' || isAsPaid);
    if (found.decidedBy !== event.eventId && !saysTheSame) throw alreadyEnded(found.status);
    return { userId, topUp: toTopUp(found) };
  }
  const status = event.outcome === 'paid' && !isAsPaid ? 'failed' : event.outcome;
  await work.tx.update(topUp).set({ status, decidedBy: event.eventId, decidedAt: now }).where(eq(topUp.id, found.id));
  if (status === 'paid') {
    const request = { userId, amount, currency, reason: TransactionReason.TOP_UP, transactionId: found.id };
    await wallets.credit(request, { work, key: keyOf(found.id) });
  }
  const decided = { userId, topUp: toTopUp({ ...found, status }) };
  return status === event.outcome ? decided : { ...decided, mismatch: otherAmount() };
}

/** A second guard beside the status: a top-up is credited once. */
function keyOf(topUpId: string) {
  return { scope: 'top-up', key: topUpId, requestHash: createHash('sha256').update(topUpId).digest() };
}

function toTopUp(row: typeof topUp.$inferSelect): TopUp {
  const { id: topUpId, amount, currency, status, checkoutUrl, createdAt } = row;
  return { topUpId, amount, currency, status, checkoutUrl, createdAt: createdAt.toISOString() };
}

function notFound(): AppError {
  return new AppError({ kind: 'not_found', code: 'top_up_not_found', message: 'There is no such top-up of yours.' });
}

function alreadyEnded(status: Exclude<TopUp['status'], 'pending'>): AppError {
  const what = { paid: 'been paid', cancelled: 'been cancelled', failed: 'failed' }[status];
  return new AppError({
    kind: 'conflict',
    code: `top_up_already_${status}`,
    message: `This top-up has ${what} already. Begin another one.`,
  });
}

function tooManyTopUps(): WalletError {
  return new WalletError({
    kind: 'too_many',
    code: 'too_many_top_ups',
    message: `${MOST_PENDING} top-ups of yours wait to be paid. Pay or cancel one of them, or wait an hour.`,
    retryAfter: HOUR_MS / 1_000,
    isFinal: false,
  });
}

function otherAmount(): WalletError {
  return new WalletError({
    kind: 'unprocessable',
    code: 'payment_mismatch',
    message: 'Another amount was paid than was asked for. Nothing was credited.',
  });
}
