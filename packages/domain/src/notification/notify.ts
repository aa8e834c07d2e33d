import { notification, notificationDelivery, notificationPreference, type Queries, users } from '@skelly/db';
import { newId, type UnitOfWork } from '@skelly/events';
import { type NotificationMessage, notificationCreated, notificationMailRequested } from '@skelly/types/notification';
import { NOTIFICATION_CHANNELS, type NotificationChannel } from '@skelly/types/notification-category';
import { and, eq, gt, ne } from 'drizzle-orm';
import { type Decision, decide } from './decide';
import { lockInbox, moveInbox, toNotification } from './inbox';
import { inAppText } from './templates';

export interface NotifyOptions {
  readonly userId: string;
  /** The event that the notification tells of: it makes one notification of a category, however often it comes. */
  readonly eventId: string;
  readonly now: Date;
  /** Tells the same at most once in a window: what comes with this key within so many milliseconds of the first is kept back. */
  readonly dedup?: { readonly key: string; readonly withinMs: number };
  /** Channels that are decided on here. @defaultValue all; the welcome leaves out the mail, which has its own handler */
  readonly channels?: readonly NotificationChannel[];
}

/**
 * Tells a member something, on the channels that they want it on, and records for each what was decided and why. Emits
 * `notification:created` and `notification:mail.requested` as far as the channels are used.
 *
 * @returns the id of the notification in the inbox; null when it did not come there.
 */
export async function notify(
  work: UnitOfWork,
  options: NotifyOptions,
  message: NotificationMessage,
): Promise<string | null> {
  const { userId, eventId, now } = options;
  // Of several at once for a member each sees what the one before has decided.
  await lockInbox(work, userId);
  const decisions = await decideAll(work.tx, options, message);
  const recorded = await work.tx
    .insert(notificationDelivery)
    .values(
      decisions.map(({ channel, use, reason }) => ({
        eventId,
        userId,
        category: message.category,
        channel,
        status: use ? (channel === 'in-app' ? ('delivered' as const) : ('waiting' as const)) : ('suppressed' as const),
        reason,
        dedupKey: options.dedup?.key ?? null,
        decidedAt: now,
        at: now,
      })),
    )
    .onConflictDoNothing()
    .returning({ channel: notificationDelivery.channel });
  // A channel that has its record had the event before: a replay tells nothing twice.
  const isUsed = (channel: NotificationChannel) =>
    decisions.some((each) => each.channel === channel && each.use) && recorded.some((each) => each.channel === channel);
  if (isUsed('mail')) work.emit(notificationMailRequested, { userId, eventId, message });
  return isUsed('in-app') ? putIntoInbox(work, options, message) : null;
}

async function putIntoInbox(work: UnitOfWork, options: NotifyOptions, message: NotificationMessage): Promise<string> {
  const { userId, eventId, now } = options;
  const row = {
    id: newId(),
    userId,
    category: message.category,
    ...inAppText(message),
    createdAt: now,
    readAt: null,
    archivedAt: null,
    sourceEventId: eventId,
  };
  await work.tx.insert(notification).values(row);
  const inbox = await moveInbox(work, userId, 1);
  const { id, readAt: _read, archivedAt: _archived, ...shown } = toNotification(row);
  work.emit(notificationCreated, { ...shown, notificationId: id, userId, ...inbox });
  return id;
}

async function decideAll(
  queries: Queries,
  { userId, now, dedup, channels = NOTIFICATION_CHANNELS }: NotifyOptions,
  { category }: NotificationMessage,
): Promise<readonly Decision[]> {
  const choices = await queries
    .select({ channel: notificationPreference.channel, enabled: notificationPreference.enabled })
    .from(notificationPreference)
    .where(and(eq(notificationPreference.userId, userId), eq(notificationPreference.category, category)));
  const [member] = await queries.select({ confirmedAt: users.emailVerifiedAt }).from(users).where(eq(users.id, userId));
  const [told] = dedup
    ? await queries
        .select({ eventId: notificationDelivery.eventId })
        .from(notificationDelivery)
        .where(
          and(
            eq(notificationDelivery.userId, userId),
            eq(notificationDelivery.dedupKey, dedup.key),
            gt(notificationDelivery.decidedAt, new Date(now.getTime() - dedup.withinMs)),
            ne(notificationDelivery.reason, 'duplicate'),
          ),
        )
        .limit(1)
    : [];
  return channels.map((channel) =>
    decide(category, channel, {
      chosen: choices.find((choice) => choice.channel === channel)?.enabled,
      duplicate: told !== undefined,
      confirmed: member?.confirmedAt != null,
    }),
  );
}
