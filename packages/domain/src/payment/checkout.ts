import { type Database, topUp } from '@skelly/db';
import type { EventSystem } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { and, eq, isNull } from 'drizzle-orm';
import type { Checkout, Payment, PaymentProvider } from './provider';
import { askedAt, beingOpened, isBeingOpened, requireRoom } from './room';

export interface CheckoutDependencies {
  readonly events: EventSystem;
  readonly database: Database;
  readonly provider: PaymentProvider;
  readonly now: () => Date;
}

/**
 * Opens the checkout of a top-up that has begun, unless it has one. Outside its transaction, as it may be a call of somebody else's: a
 * repetition opens what the first try could not. One that comes so late that others have taken its room needs room anew.
 *
 * @returns where the member pays.
 * @throws AppError `checkout_not_opened` when the provider gives none, or gave it too late: its next try may.
 * @throws WalletError `too_many_top_ups`.
 */
export async function openCheckout(deps: CheckoutDependencies, payment: Payment): Promise<string> {
  const { database, provider, now } = deps;
  const mine = eq(topUp.id, payment.topUpId);
  const read = async () =>
    (await database.queries.select({ url: topUp.checkoutUrl, askedAt }).from(topUp).where(mine))[0];
  const known = await read();
  if (known?.url) return known.url;
  if (known && !isBeingOpened(known.askedAt, now())) await askAgain(deps, payment);
  const checkout = await askForCheckout(provider, payment);
  const [opened] = await database.queries
    .update(topUp)
    .set({ providerReference: checkout.reference, checkoutUrl: checkout.url })
    .where(and(mine, isNull(topUp.checkoutUrl), beingOpened(now())))
    .returning({ url: topUp.checkoutUrl });
  // Of two repetitions at once, one was first.
  const url = opened?.url ?? (await read())?.url;
  if (!url) throw notOpened();
  return url;
}

async function askAgain({ events, now }: CheckoutDependencies, payment: Payment): Promise<void> {
  await events.transaction(async (work) => {
    const moment = now();
    await requireRoom(work, { ...payment, now: moment });
    await work.tx.update(topUp).set({ askedAgainAt: moment }).where(eq(topUp.id, payment.topUpId));
  });
}

async function askForCheckout(provider: PaymentProvider, payment: Payment): Promise<Checkout> {
  try {
    return await provider.createCheckout(payment);
  } catch (cause) {
    throw notOpened(cause);
  }
}

function notOpened(cause?: unknown): AppError {
  return new AppError({
    kind: 'unavailable',
    code: 'checkout_not_opened',
    message: 'Whoever takes the payment does not answer. Try again; nothing was charged.',
    cause,
  });
}
