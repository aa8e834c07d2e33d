import { notificationDelivery, notificationPreference, type Queries, users } from '@skelly/db';
import { insertion, newId, type UnitOfWork } from '@skelly/events';
import {
  type InboxState,
  type NotificationMessage,
  notificationCreated,
  notificationMailRequested,
} from '@skelly/types/notification';
import { NOTIFICATION_CHANNELS, type NotificationChannel } from '@skelly/types/notification-category';
import { and, eq, gt, ne } from 'drizzle-orm';
import { type Decision, decide } from './decide';
import { lockInbox, moveInbox } from './inbox';
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
  const inbox = await lockInbox(work, userId);
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
  return isUsed('in-app') ? putIntoInbox(work, options, { message, inbox }) : null;
}

const insertNotification = insertion({
  name: 'notified',
  table: 'notification',
  columns: {
    id: 'uuid',
    user_id: 'uuid',
    category: 'text',
    title: 'text',
    body: 'text',
    href: 'text',
    created_at: 'timestamptz',
    source_event_id: 'uuid',
  },
});

function putIntoInbox(
  work: UnitOfWork,
  { userId, eventId, now }: NotifyOptions,
  { message, inbox }: { readonly message: NotificationMessage; readonly inbox: InboxState },
): string {
  const id = newId();
  const { category } = message;
  const text = inAppText(message);
  const row = [id, userId, category, text.title, text.body, text.href, now, eventId];
  const moved = moveInbox(work, userId, { inbox, by: 1, with: insertNotification([row]) });
  work.emit(notificationCreated, {
    notificationId: id,
    userId,
    category,
    ...text,
    createdAt: now.toISOString(),
    sourceEventId: eventId,
    ...moved,
  });
  return id;
}

async function decideAll(
  queries: Queries,
  { userId, now, dedup, channels = NOTIFICATION_CHANNELS }: NotifyOptions,
  { category }: NotificationMessage,
): Promise<readonly Decision[]> {
  const choices = await queries
    .select({
      channel: notificationPreference.channel,
      enabled: notificationPreference.enabled,
      confirmedAt: users.emailVerifiedAt,
    })
    .from(users)
    .leftJoin(
      notificationPreference,
      and(eq(notificationPreference.userId, users.id), eq(notificationPreference.category, category)),
    )
    .where(eq(users.id, userId));
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
      chosen: choices.find((choice) => choice.channel === channel)?.enabled ?? undefined,
      duplicate: told !== undefined,
      confirmed: choices[0]?.confirmedAt != null,
    }),
  );
}
