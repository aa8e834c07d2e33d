import { type Queries, topUp, topUpPayment } from '@skelly/db';
import { currentEventContext, recordOperatorAction, type UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { PaymentEvent } from './provider';

/** What became of money that somebody paid; `owed` names the code of why it was not credited. */
export type PaymentFate =
  | { readonly outcome: 'credited' | 'repeated' }
  | { readonly outcome: 'owed'; readonly code: string };

/** A payment that was not credited, and that nobody has given back yet. */
export interface OwedPayment {
  readonly provider: string;
  readonly eventId: string;
  readonly topUpId: string;
  /** Null when there is no such top-up, or no longer. */
  readonly userId: string | null;
  /** As the provider said it. */
  readonly amount: number;
  readonly currency: string;
  /** Why, such as `top_up_already_cancelled` or `payment_mismatch`. */
  readonly code: string;
  readonly receivedAt: Date;
}

/** Payments of one list. */
const MOST = 100;

/** Keeps that something was paid, in the unit of work that decides on it. What was owed may be credited by a later delivery of the same event. */
export async function keepPayment(
  { tx }: UnitOfWork,
  { provider, event, now, fate }: { provider: string; event: PaymentEvent; now: Date; fate: PaymentFate },
): Promise<void> {
  const { eventId, topUpId, amount, currency } = event;
  const { outcome } = fate;
  const code = fate.outcome === 'owed' ? fate.code : null;
  await tx
    .insert(topUpPayment)
    .values({ provider, eventId, topUpId, amount, currency, outcome, code, receivedAt: now })
    .onConflictDoUpdate({
      target: [topUpPayment.provider, topUpPayment.eventId, topUpPayment.topUpId],
      set: { outcome, code },
      setWhere: sql`${topUpPayment.outcome} = 'owed' and ${topUpPayment.closedAt} is null and excluded.outcome <> 'repeated'`,
    });
}

/** What was paid and not credited, oldest first, and how much of it there is in all. */
export async function listOwedPayments(
  queries: Queries,
): Promise<{ readonly items: readonly OwedPayment[]; readonly total: number }> {
  const { provider, eventId, topUpId, amount, currency, receivedAt } = topUpPayment;
  const [items, total] = await Promise.all([
    queries
      .select({
        provider,
        eventId,
        topUpId,
        userId: topUp.userId,
        amount,
        currency,
        code: sql<string>`${topUpPayment.code}`,
        receivedAt,
      })
      .from(topUpPayment)
      .leftJoin(topUp, eq(topUp.id, topUpId))
      .where(isOwed)
      .orderBy(asc(receivedAt), asc(eventId))
      .limit(MOST),
    queries.$count(topUpPayment, isOwed),
  ]);
  return { items, total };
}

const isOwed = and(eq(topUpPayment.outcome, 'owed'), isNull(topUpPayment.closedAt));

/**
 * Closes what was owed, because it was given back: its event credits nothing from then on. Recorded as an operator's action.
 *
 * @throws AppError `payment_not_owed` when nothing is owed by an event of this id.
 */
export async function closePayment(
  work: UnitOfWork,
  { eventId, reason }: { readonly eventId: string; readonly reason: string },
  { detail = {} }: { readonly detail?: Readonly<Record<string, unknown>> } = {},
): Promise<void> {
  const { actor } = currentEventContext();
  const owed = and(eq(topUpPayment.eventId, eventId), isOwed);
  const named = await work.tx.select({ topUpId: topUpPayment.topUpId }).from(topUpPayment).where(owed);
  const topUpIds = named.map(({ topUpId }) => topUpId);
  // The top-up first, as whoever decides on it does. One that still waits ends here.
  if (topUpIds.length > 0)
    await work.tx
      .update(topUp)
      .set({ status: 'failed', decidedBy: eventId, decidedAt: sql`now()` })
      .where(and(inArray(topUp.id, topUpIds), eq(topUp.status, 'pending')));
  const closed = await work.tx
    .update(topUpPayment)
    .set({ closedAt: sql`now()`, closedBy: actor, note: reason })
    .where(owed)
    .returning();
  if (closed.length === 0)
    throw new AppError({
      kind: 'conflict',
      code: 'payment_not_owed',
      message: `Nothing is owed by the event ${eventId}: it was credited, closed, or never came. Nothing was changed.`,
    });
  for (const { provider, topUpId, amount, currency, code } of closed)
    await recordOperatorAction(work.tx, {
      action: 'payments.close',
      target: `top-up:${topUpId}`,
      reason,
      detail: { ...detail, provider, eventId, amount, currency, code },
    });
}
