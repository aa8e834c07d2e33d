import { notificationDelivery, type Queries } from '@skelly/db';
import { describeError } from '@skelly/types/errors';
import type { DeliveryReason } from '@skelly/types/notification';
import type { NotificationCategory } from '@skelly/types/notification-category';
import { and, eq, ne, sql } from 'drizzle-orm';

/** Tries in all before a mail counts as failed, and its event becomes a dead letter. */
export const MAIL_TRIES = 8;

/** Characters that are kept of what a mail server said. */
const ERROR_LENGTH = 500;

/** One mail of one event. */
export interface MailDelivery {
  readonly eventId: string;
  readonly userId: string;
  readonly category: NotificationCategory;
  /** Why it is sent, where nothing was decided before. */
  readonly reason: DeliveryReason;
  readonly now: () => Date;
}

/**
 * Sends a mail and records the try: delivered when the server took it, retrying when it did not, failed with the last of
 * {@link MAIL_TRIES}. One that was delivered is not sent again.
 *
 * @throws what `send` threw, for the handler's own retry.
 */
export async function recordMail(queries: Queries, mail: MailDelivery, send: () => Promise<void>): Promise<void> {
  if (await isDelivered(queries, mail)) return;
  try {
    await send();
  } catch (error) {
    const { name, message } = describeError(error);
    const text = `${name}: ${message}`.slice(0, ERROR_LENGTH);
    await record(queries, mail, { error: text });
    throw error;
  }
  await record(queries, mail, { error: null });
}

async function isDelivered(queries: Queries, { eventId, userId, category }: MailDelivery): Promise<boolean> {
  const [known] = await queries
    .select({ status: notificationDelivery.status })
    .from(notificationDelivery)
    .where(
      and(
        eq(notificationDelivery.eventId, eventId),
        eq(notificationDelivery.userId, userId),
        eq(notificationDelivery.category, category),
        eq(notificationDelivery.channel, 'mail'),
      ),
    );
  return known?.status === 'delivered';
}

async function record(queries: Queries, mail: MailDelivery, { error }: { error: string | null }): Promise<void> {
  const { eventId, userId, category, reason } = mail;
  const at = mail.now();
  const { tries } = notificationDelivery;
  await queries
    .insert(notificationDelivery)
    .values({
      eventId,
      userId,
      category,
      channel: 'mail',
      status: error === null ? 'delivered' : 'retrying',
      reason,
      tries: 1,
      error,
      decidedAt: at,
      at,
    })
    .onConflictDoUpdate({
      target: [
        notificationDelivery.eventId,
        notificationDelivery.userId,
        notificationDelivery.category,
        notificationDelivery.channel,
      ],
      set: {
        status:
          error === null
            ? 'delivered'
            : sql`case when ${tries} + 1 >= ${MAIL_TRIES}::int then 'failed' else 'retrying' end`,
        tries: sql`${tries} + 1`,
        error,
        at,
      },
      // A try that was given up may fail after the next one has delivered.
      ...(error === null ? {} : { setWhere: ne(notificationDelivery.status, 'delivered') }),
    });
}
