import { notification, notificationInbox, type Queries } from '@skelly/db';
import type { UnitOfWork, WritePart } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import type { EventContract, EventData } from '@skelly/types/event';
import {
  type InboxState,
  type Notification,
  type NotificationResponse,
  notificationArchived,
  notificationInboxRead,
  notificationRead,
  notificationRestored,
  notificationUnread,
} from '@skelly/types/notification';
import { and, eq, isNull, sql } from 'drizzle-orm';

/** Inboxes that a unit of work has changed, as they are when it has ended. */
const changed = new WeakMap<UnitOfWork, Map<string, InboxState>>();

/**
 * Holds a member's inbox until the transaction ends. Whoever changes an inbox does this first: the next statement sees all
 * changes before, so the count is that of the rows, and versions follow each other as the changes do.
 */
export async function lockInbox(work: UnitOfWork, userId: string): Promise<InboxState> {
  const own = changed.get(work)?.get(userId);
  if (own) return own;
  const [inbox] = await work.tx
    .insert(notificationInbox)
    .values({ userId, unread: 0, version: 0 })
    .onConflictDoUpdate({ target: notificationInbox.userId, set: { version: sql`${notificationInbox.version}` } })
    .returning(stateColumns);
  return inbox as InboxState;
}

const MOVE_INBOX = {
  name: 'inbox',
  text: 'update notification_inbox set unread = $2, version = $3 where user_id = $1',
};

/**
 * Changes a locked inbox when the unit ends; what is written with it is not to be read in the unit, nor a notification changed twice in it. A count that the version before has left too low, which marks archived ones as read too,
 * stops at 0 and is right again when all is read.
 *
 * @param change.inbox as {@link lockInbox} has told it, in this unit
 * @param change.by what is done to the count
 * @param change.with what is written in the same statement
 */
export function moveInbox(
  work: UnitOfWork,
  userId: string,
  change: { readonly inbox: InboxState; readonly by: number; readonly with?: WritePart },
): InboxState {
  // Of several that were asked for at once each goes on from the one before.
  const { unread, inboxVersion } = changed.get(work)?.get(userId) ?? change.inbox;
  const moved = { unread: Math.max(unread + change.by, 0), inboxVersion: inboxVersion + 1 };
  const part = { ...MOVE_INBOX, values: [userId, moved.unread, moved.inboxVersion] };
  work.write(...(change.with ? [change.with, part] : [part]));
  const inboxes = changed.get(work) ?? new Map<string, InboxState>();
  changed.set(work, inboxes.set(userId, moved));
  return moved;
}

/** One notification of a member. */
interface Named {
  readonly userId: string;
  readonly id: string;
  readonly now: Date;
}

/** Marks a notification as read. Emits `notification:read`, unless it is. @throws AppError `notification_not_found` */
export function markRead(work: UnitOfWork, named: Named): Promise<NotificationResponse> {
  return change(work, named, { readAt: named.now }, notificationRead);
}

/** Marks a notification as new again. Emits `notification:unread`, unless it is. @throws AppError `notification_not_found` */
export function markUnread(work: UnitOfWork, named: Named): Promise<NotificationResponse> {
  return change(work, named, { readAt: null }, notificationUnread);
}

/** Takes a notification out of the inbox. Emits `notification:archived`, unless it is. @throws AppError `notification_not_found` */
export function archive(work: UnitOfWork, named: Named): Promise<NotificationResponse> {
  return change(work, named, { archivedAt: named.now }, notificationArchived);
}

/** Puts a notification back, read or new as it was. Emits `notification:restored`, unless it is. @throws AppError `notification_not_found` */
export function restore(work: UnitOfWork, named: Named): Promise<NotificationResponse> {
  return change(work, named, { archivedAt: null }, notificationRestored);
}

const MARK = {
  readAt: { name: 'marked', text: 'update notification set read_at = $2 where id = $1' },
  archivedAt: { name: 'marked', text: 'update notification set archived_at = $2 where id = $1' },
};

async function change(
  work: UnitOfWork,
  { userId, id }: Named,
  change: { readonly readAt: Date | null } | { readonly archivedAt: Date | null },
  contract: EventContract<string, EventData<typeof notificationRead>>,
): Promise<NotificationResponse> {
  const inbox = await lockInbox(work, userId);
  const [before] = await work.tx
    .select()
    .from(notification)
    .where(and(eq(notification.id, id), eq(notification.userId, userId)));
  if (!before)
    throw new AppError({
      kind: 'not_found',
      code: 'notification_not_found',
      message: 'This notification is not in your inbox. It may be too old to be kept.',
    });
  const [name, value] = Object.entries(change)[0] as ['readAt' | 'archivedAt', Date | null];
  if ((before[name] === null) === (value === null)) return { notification: toNotification(before), ...inbox };
  const after = { ...before, ...change };
  const moved = moveInbox(work, userId, {
    inbox,
    by: Number(isUnread(after)) - Number(isUnread(before)),
    with: { ...MARK[name], values: [id, value] },
  });
  const { id: notificationId, ...shown } = toNotification(after);
  work.emit(contract, { ...shown, notificationId, userId, ...moved });
  return { notification: toNotification(after), ...moved };
}

/** Marks everything in a member's inbox as read. Emits `notification:inbox.read`, unless all was read already. */
export async function readAll(work: UnitOfWork, member: { userId: string; now: Date }): Promise<InboxState> {
  const { userId, now } = member;
  const inbox = await lockInbox(work, userId);
  const { rowCount } = await work.tx
    .update(notification)
    .set({ readAt: now })
    .where(and(eq(notification.userId, userId), isNull(notification.readAt), isNull(notification.archivedAt)));
  if (!rowCount) return inbox;
  const moved = moveInbox(work, userId, { inbox, by: -rowCount });
  work.emit(notificationInboxRead, { userId, readAt: now.toISOString(), ...moved });
  return moved;
}

const stateColumns = { unread: notificationInbox.unread, inboxVersion: notificationInbox.version };

function isUnread({ readAt, archivedAt }: Pick<NotificationRow, 'readAt' | 'archivedAt'>): boolean {
  return readAt === null && archivedAt === null;
}

type NotificationRow = typeof notification.$inferSelect;

/** A row as the API shows it. */
export function toNotification({
  userId: _owner,
  createdAt,
  readAt,
  archivedAt,
  ...rest
}: NotificationRow): Notification {
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    readAt: readAt?.toISOString() ?? null,
    archivedAt: archivedAt?.toISOString() ?? null,
  };
}

/** The state of an inbox; before its first notification it has nothing, at version 0. */
export async function readInbox(queries: Queries, userId: string): Promise<InboxState> {
  const [inbox] = await queries
    .select(stateColumns)
    .from(notificationInbox)
    .where(eq(notificationInbox.userId, userId));
  return inbox ?? { unread: 0, inboxVersion: 0 };
}
