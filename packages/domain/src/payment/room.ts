import { topUp, users } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { and, eq, gt, isNotNull, ne, or, sql } from 'drizzle-orm';
import { WalletError } from '../wallet';

/** Top-ups of a member that may wait to be paid, each for an hour after its checkout was asked for. */
const MOST_WAITING = 20;
const HOUR_MS = 3_600_000;
/** One that has no checkout so long after it was asked for could not get one: nobody can pay it, so it stands in no other's way. */
const OPENING_MS = 60_000;

/** When a top-up's checkout was last asked for. */
export const askedAt = sql`coalesce(${topUp.askedAgainAt}, ${topUp.createdAt})`.mapWith(topUp.createdAt);

/** Whether a top-up has room for the checkout that it waits for. */
export function isBeingOpened(asked: Date, now: Date): boolean {
  return asked.getTime() > now.getTime() - OPENING_MS;
}

/** {@link isBeingOpened} as a condition on rows of `top_up`. */
export function beingOpened(now: Date) {
  return gt(askedAt, new Date(now.getTime() - OPENING_MS));
}

/** Until the unit of work ends, no other one decides on room for this member's top-ups. */
export async function lockTopUps({ tx }: UnitOfWork, userId: string): Promise<void> {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update');
}

/**
 * Lets a top-up of a member wait to be paid, if few enough do. Until the unit of work ends no other one of the member's is let.
 *
 * @throws WalletError `too_many_top_ups`, with the limit, the use so far and when there may be room: one that is being opened takes it
 * for an hour once it has its checkout.
 */
export async function requireRoom(
  work: UnitOfWork,
  { userId, topUpId, now }: { readonly userId: string; readonly topUpId: string; readonly now: Date },
): Promise<void> {
  // One after the other, so that the count is right.
  await lockTopUps(work, userId);
  const waiting = await work.tx
    .select({ askedAt, checkoutUrl: topUp.checkoutUrl })
    .from(topUp)
    .where(
      and(
        eq(topUp.userId, userId),
        ne(topUp.id, topUpId),
        eq(topUp.status, 'pending'),
        gt(askedAt, new Date(now.getTime() - HOUR_MS)),
        or(isNotNull(topUp.checkoutUrl), beingOpened(now)),
      ),
    );
  if (waiting.length < MOST_WAITING) return;
  const ends = waiting.map(({ askedAt, checkoutUrl }) => askedAt.getTime() + (checkoutUrl ? HOUR_MS : OPENING_MS));
  // There may be more than the bound: of those whom a version before has let.
  const roomAt = ends.sort((one, other) => one - other)[waiting.length - MOST_WAITING] as number;
  throw tooManyTopUps(waiting.length, new Date(roomAt), now);
}

function tooManyTopUps(waiting: number, roomAt: Date, now: Date): WalletError {
  return new WalletError({
    kind: 'too_many',
    code: 'too_many_top_ups',
    message: `${MOST_WAITING} top-ups may wait to be paid, and ${waiting} of yours do. Pay or cancel one of them, or try again at ${roomAt.toISOString()} at the earliest.`,
    retryAfter: Math.max(1, Math.ceil((roomAt.getTime() - now.getTime()) / 1_000)),
    isFinal: false,
  });
}
