import { type Queries, topUp } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { type TopUp, TransactionReason } from '@skelly/types/wallet';
import { and, eq } from 'drizzle-orm';
import { WalletError, type WalletService } from '../wallet';
import { keepPayment, type PaymentFate } from './payments';
import type { Payment, PaymentEvent } from './provider';
import { requireRoom } from './room';

type Row = typeof topUp.$inferSelect;

/** How a top-up has ended. */
export type EndedStatus = Exclude<TopUp['status'], 'pending'>;

/** A top-up as it begins: its checkout is opened when it is kept. */
export type BegunTopUp = Omit<TopUp, 'checkoutUrl'>;

/**
 * Begins a top-up; nothing moves until its provider says that it was paid.
 *
 * @throws WalletError `too_many_top_ups`, with the limit, the use so far and when there may be room.
 */
export async function beginTopUp(
  work: UnitOfWork,
  { payment, provider, now }: { readonly payment: Payment; readonly provider: string; readonly now: Date },
): Promise<BegunTopUp> {
  const { topUpId: id, userId, amount, currency } = payment;
  await requireRoom(work, { userId, topUpId: id, now });
  const [begun] = await work.tx
    .insert(topUp)
    .values({ id, userId, amount, currency, provider, createdAt: now })
    .returning();
  const { checkoutUrl: _none, ...rest } = toTopUp(begun as Row);
  return rest;
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
export type DecidedTopUp =
  | {
      readonly userId: string;
      readonly topUp: TopUp;
      /** Why nothing moved though something was paid: another amount was. Told once. */
      readonly mismatch?: WalletError;
    }
  /** Why it stays as it is. */
  | { readonly refusal: AppError };

/**
 * Ends a top-up as its provider says, and credits what was paid in the same unit of work. The first event decides; deliveries of it
 * that come again, and others that say the same, change nothing. What was paid must be what was asked for: otherwise it has failed.
 *
 * Whatever was paid is kept with its amount, also where the answer is a refusal: commit the unit then too. `top_up_already_paid` and the
 * like mean that the provider has to give back what it took; `wallet_frozen`, that it has to tell again.
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
  const decided: DecidedTopUp = !found
    ? { refusal: notFound() }
    : found.status === 'pending'
      ? await end(work, wallets, { found, event, now })
      : compare(found, event);
  if (event.outcome === 'paid') {
    const fate = fateOf(decided, found?.status === 'pending');
    await keepPayment(work, { provider, event, now, fate });
  }
  return decided;
}

/** Decides a top-up that was open. */
async function end(
  work: UnitOfWork,
  wallets: WalletService,
  { found, event, now }: { readonly found: Row; readonly event: PaymentEvent; readonly now: Date },
): Promise<DecidedTopUp> {
  const { userId, amount, currency } = found;
  const status = event.outcome === 'paid' && !isAsAsked(found, event) ? 'failed' : event.outcome;
  if (status === 'paid') {
    const request = { userId, amount, currency, reason: TransactionReason.TOP_UP, transactionId: found.id };
    try {
      // Without a key: the row is locked and pending, and a refusal kept under one would outlast its cause.
      await wallets.credit(request, { work });
    } catch (error) {
      if (error instanceof WalletError) return { refusal: error };
      throw error;
    }
  }
  await work.tx.update(topUp).set({ status, decidedBy: event.eventId, decidedAt: now }).where(eq(topUp.id, found.id));
  const decided = { userId, topUp: toTopUp({ ...found, status }) };
  return status === event.outcome ? decided : { ...decided, mismatch: otherAmount() };
}

/** What an event says of a top-up that has ended. */
function compare(found: Row, event: PaymentEvent): DecidedTopUp {
  const status = found.status as EndedStatus;
  const saysTheSame = status === event.outcome && (event.outcome !== 'paid' || isAsAsked(found, event));
  if (found.decidedBy !== event.eventId && !saysTheSame) return { refusal: alreadyEnded(status) };
  return { userId: found.userId, topUp: toTopUp(found) };
}

function isAsAsked({ amount, currency }: Row, event: PaymentEvent): boolean {
  return event.amount === amount && event.currency === currency;
}

function fateOf(decided: DecidedTopUp, isFirst: boolean): PaymentFate {
  if ('refusal' in decided) return { outcome: 'owed', code: decided.refusal.code };
  if (decided.topUp.status !== 'paid') return { outcome: 'owed', code: otherAmount().code };
  return { outcome: isFirst ? 'credited' : 'repeated' };
}

function toTopUp(row: Row): TopUp {
  const { id: topUpId, amount, currency, status, checkoutUrl, createdAt } = row;
  return { topUpId, amount, currency, status, checkoutUrl, createdAt: createdAt.toISOString() };
}

/** Of what the member has not. */
export function notFound(): AppError {
  return new AppError({ kind: 'not_found', code: 'top_up_not_found', message: 'There is no such top-up of yours.' });
}

/** Of what can change no more. */
export function alreadyEnded(status: EndedStatus): AppError {
  const what = { paid: 'been paid', cancelled: 'been cancelled', failed: 'failed' }[status];
  return new AppError({
    kind: 'conflict',
    code: `top_up_already_${status}`,
    message: `This top-up has ${what} already. Begin another one.`,
  });
}

function otherAmount(): WalletError {
  return new WalletError({
    kind: 'unprocessable',
    code: 'payment_mismatch',
    message: 'Another amount was paid than was asked for. Nothing was credited.',
  });
}
