import { type Queries, topUp, topUpPayment } from '@skelly/db';
import { currentEventContext, recordOperatorAction, type UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { and, asc, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm';
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

/**
 * Keeps that something was paid, in the unit of work that decides on it. What was owed may be credited by a later delivery of the same
 * event, or by another one that says the same: then it was never owed. What says the same as one that was given back is not owed either.
 */
export async function keepPayment(
  { tx }: UnitOfWork,
  { provider, event, now, fate }: { provider: string; event: PaymentEvent; now: Date; fate: PaymentFate },
): Promise<void> {
  const { eventId, topUpId, amount, currency } = event;
  const twins = saysTheSame({ provider, eventId, topUpId, amount, currency });
  const [givenBack] = await tx
    .select({ eventId: topUpPayment.eventId })
    .from(topUpPayment)
    .where(and(twins, isNotNull(topUpPayment.closedAt)))
    .limit(1);
  const outcome = fate.outcome === 'owed' && givenBack ? 'repeated' : fate.outcome;
  const code = fate.outcome === 'owed' && outcome === 'owed' ? fate.code : null;
  await tx
    .insert(topUpPayment)
    .values({ provider, eventId, topUpId, amount, currency, outcome, code, receivedAt: now })
    .onConflictDoUpdate({
      target: [topUpPayment.provider, topUpPayment.eventId, topUpPayment.topUpId],
      set: { outcome, code },
      setWhere: sql`${topUpPayment.outcome} = 'owed' and ${topUpPayment.closedAt} is null and excluded.outcome <> 'repeated'`,
    });
  if (outcome === 'credited') await oweNoMore(tx, twins);
}

/** Other events of a top-up that tell of the same payment: a top-up is charged once at most. */
function saysTheSame(payment: Pick<OwedPayment, 'provider' | 'eventId' | 'topUpId' | 'amount' | 'currency'>) {
  return and(
    eq(topUpPayment.provider, payment.provider),
    eq(topUpPayment.topUpId, payment.topUpId),
    ne(topUpPayment.eventId, payment.eventId),
    eq(topUpPayment.amount, payment.amount),
    eq(topUpPayment.currency, payment.currency),
  );
}

async function oweNoMore(tx: UnitOfWork['tx'], twins: ReturnType<typeof saysTheSame>): Promise<void> {
  await tx.update(topUpPayment).set({ outcome: 'repeated', code: null }).where(and(twins, isOwed));
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

/** Names what is owed: the event alone, unless several providers, or top-ups, have one of that id. */
export interface OwedName {
  readonly eventId: string;
  readonly provider?: string | undefined;
  readonly topUpId?: string | undefined;
}

/** What was closed. */
export type ClosedPayment = Pick<OwedPayment, 'provider' | 'eventId' | 'topUpId' | 'amount' | 'currency' | 'code'>;

/**
 * Closes what was owed, because it was given back: its event credits nothing from then on. Recorded as an operator's action.
 *
 * @throws AppError `payment_not_owed` when nothing is owed by this event; `payment_ambiguous` when it names more than one.
 */
export async function closePayment(
  work: UnitOfWork,
  { reason, ...name }: OwedName & { readonly reason: string },
  { detail = {} }: { readonly detail?: Readonly<Record<string, unknown>> } = {},
): Promise<ClosedPayment> {
  const { actor } = currentEventContext();
  const { provider, eventId, topUpId } = await findOwed(work.tx, name);
  // The top-up first, as whoever decides on it does. One that still waits ends here.
  await work.tx
    .update(topUp)
    .set({ status: 'failed', decidedBy: eventId, decidedAt: sql`now()` })
    .where(and(eq(topUp.id, topUpId), eq(topUp.provider, provider), eq(topUp.status, 'pending')));
  const [closed] = await work.tx
    .update(topUpPayment)
    .set({ closedAt: sql`now()`, closedBy: actor, note: reason })
    .where(and(isNamed({ provider, eventId, topUpId }), isOwed))
    .returning();
  if (!closed) throw notOwed(eventId);
  const { amount, currency, code } = closed;
  await oweNoMore(work.tx, saysTheSame({ provider, eventId, topUpId, amount, currency }));
  await recordOperatorAction(work.tx, {
    action: 'payments.close',
    target: `top-up:${topUpId}`,
    reason,
    detail: { ...detail, provider, eventId, amount, currency, code },
  });
  return { provider, eventId, topUpId, amount, currency, code: code as string };
}

async function findOwed(
  queries: Queries,
  name: OwedName,
): Promise<Pick<ClosedPayment, 'provider' | 'eventId' | 'topUpId'>> {
  const { provider, eventId, topUpId } = topUpPayment;
  const [found, another] = await queries
    .select({ provider, eventId, topUpId })
    .from(topUpPayment)
    .where(and(isNamed(name), isOwed))
    .limit(2);
  if (!found) throw notOwed(name.eventId);
  if (another)
    throw new AppError({
      kind: 'conflict',
      code: 'payment_ambiguous',
      message: `More than one payment is owed by an event ${name.eventId}. Name its provider and its top-up as well. Nothing was changed.`,
    });
  return found;
}

const isNamed = ({ provider, eventId, topUpId }: OwedName) =>
  and(
    eq(topUpPayment.eventId, eventId),
    provider === undefined ? undefined : eq(topUpPayment.provider, provider),
    topUpId === undefined ? undefined : eq(topUpPayment.topUpId, topUpId),
  );

function notOwed(eventId: string): AppError {
  return new AppError({
    kind: 'conflict',
    code: 'payment_not_owed',
    message: `Nothing is owed by the event ${eventId}: it was credited, closed, or never came. Nothing was changed.`,
  });
}
