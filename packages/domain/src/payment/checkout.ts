import { type Database, type Queries, topUp } from '@skelly/db';
import type { EventSystem } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { and, eq, isNull } from 'drizzle-orm';
import type { Checkout, Payment, PaymentProvider } from './provider';
import { askedAt, beingOpened, isBeingOpened, lockTopUps, requireRoom } from './room';
import { alreadyEnded, type EndedStatus, notFound } from './top-up';

export interface CheckoutDependencies {
  readonly events: EventSystem;
  readonly database: Database;
  readonly provider: PaymentProvider;
  readonly now: () => Date;
}

/**
 * Opens the checkout of a top-up that has begun, unless it has one. Outside its transaction, as it may be a call of somebody else's: a
 * repetition opens what the first try could not. One that comes so late that others have taken its room needs room anew; one that has ended
 * meanwhile has no checkout any more.
 *
 * @returns where the member pays.
 * @throws AppError `checkout_not_opened` when the provider gives none, or gave it too late: its next try may.
 * @throws AppError `top_up_not_found`, `top_up_already_cancelled` and the like.
 * @throws WalletError `too_many_top_ups`.
 */
export async function openCheckout(deps: CheckoutDependencies, payment: Payment): Promise<string> {
  const { database, provider, now } = deps;
  const known = await readWaiting(database.queries, payment);
  if (known.url) return known.url;
  if (!isBeingOpened(known.askedAt, now())) await askAgain(deps, payment);
  return keepCheckout(deps, payment, await askForCheckout(provider, payment));
}

async function askAgain({ events, now }: CheckoutDependencies, payment: Payment): Promise<void> {
  await events.transaction(async (work) => {
    const moment = now();
    await requireRoom(work, { ...payment, now: moment });
    const asked = await work.tx
      .update(topUp)
      .set({ askedAgainAt: moment })
      .where(isWaiting(payment))
      .returning({ id: topUp.id });
    if (asked.length === 0) await readWaiting(work.tx, payment);
  });
}

/** Keeps the checkout while its top-up has room for it. */
async function keepCheckout(
  { events, now }: CheckoutDependencies,
  payment: Payment,
  { reference, url }: Checkout,
): Promise<string> {
  return events.transaction(async (work) => {
    await lockTopUps(work, payment.userId);
    // Whoever has counted this one as gone has done so before.
    const [opened] = await work.tx
      .update(topUp)
      .set({ providerReference: reference, checkoutUrl: url })
      .where(and(isWaiting(payment), beingOpened(now())))
      .returning({ url: topUp.checkoutUrl });
    // Of two repetitions at once, one was first.
    const kept = opened?.url ?? (await readWaiting(work.tx, payment)).url;
    if (!kept) throw notOpened('Whoever takes the payment answered too late.');
    return kept;
  });
}

const isWaiting = ({ topUpId }: Payment) =>
  and(eq(topUp.id, topUpId), eq(topUp.status, 'pending'), isNull(topUp.checkoutUrl));

/** @throws AppError for one without a checkout that gets none any more. */
async function readWaiting(queries: Queries, { topUpId }: Payment) {
  const [known] = await queries
    .select({ url: topUp.checkoutUrl, askedAt, status: topUp.status })
    .from(topUp)
    .where(eq(topUp.id, topUpId));
  if (!known) throw notFound();
  if (!known.url && known.status !== 'pending') throw alreadyEnded(known.status as EndedStatus);
  return known;
}

async function askForCheckout(provider: PaymentProvider, payment: Payment): Promise<Checkout> {
  try {
    return await provider.createCheckout(payment);
  } catch (cause) {
    throw notOpened('Whoever takes the payment does not answer.', cause);
  }
}

function notOpened(why: string, cause?: unknown): AppError {
  return new AppError({
    kind: 'unavailable',
    code: 'checkout_not_opened',
    message: `${why} Try again; nothing was charged.`,
    cause,
  });
}
