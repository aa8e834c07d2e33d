import { notification, notificationInbox, type Queries } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { userChannel } from '@skelly/types/live';
import {
  type Notification,
  type NotificationsResponse,
  notificationCreated,
  notificationInboxRead,
  type ReadAllResponse,
} from '@skelly/types/notification';
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { readStreamPosition } from '../live';
import type { NotificationText } from './welcome';

/** Puts a notification into a member's inbox. Emits `notification:created`. @returns its id. */
export async function notify(
  work: UnitOfWork,
  to: { userId: string; now: Date },
  text: NotificationText,
): Promise<string> {
  const { userId, now } = to;
  const id = uuidv7();
  await work.tx.insert(notification).values({ id, userId, ...text, createdAt: now });
  const inbox = await moveInbox(work, userId, { unread: 1, onConflict: sql`${notificationInbox.unread} + 1` });
  work.emit(notificationCreated, { notificationId: id, userId, ...text, createdAt: now.toISOString(), ...inbox });
  return id;
}

/** Marks everything in a member's inbox as read. Emits `notification:inbox.read`, unless all was read already. */
export async function readAll(work: UnitOfWork, member: { userId: string; now: Date }): Promise<ReadAllResponse> {
  const { userId, now } = member;
  const { rowCount } = await work.tx
    .update(notification)
    .set({ readAt: now })
    .where(and(eq(notification.userId, userId), isNull(notification.readAt)));
  if (!rowCount) return readInbox(work.tx, userId);
  // Not 0: what another transaction adds meanwhile was not marked, and is counted by the row lock's order.
  const inbox = await moveInbox(work, userId, {
    unread: 0,
    onConflict: sql`greatest(${notificationInbox.unread} - ${rowCount}, 0)`,
  });
  work.emit(notificationInboxRead, { userId, readAt: now.toISOString(), ...inbox });
  return inbox;
}

async function moveInbox(
  work: UnitOfWork,
  userId: string,
  change: { unread: number; onConflict: ReturnType<typeof sql> },
): Promise<{ unread: number; inboxVersion: number }> {
  const [moved] = await work.tx
    .insert(notificationInbox)
    .values({ userId, unread: change.unread, version: 1 })
    .onConflictDoUpdate({
      target: notificationInbox.userId,
      set: { unread: change.onConflict, version: sql`${notificationInbox.version} + 1` },
    })
    .returning({ unread: notificationInbox.unread, inboxVersion: notificationInbox.version });
  return moved as { unread: number; inboxVersion: number };
}

async function readInbox(queries: Queries, userId: string): Promise<{ unread: number; inboxVersion: number }> {
  const [inbox] = await queries
    .select({ unread: notificationInbox.unread, inboxVersion: notificationInbox.version })
    .from(notificationInbox)
    .where(eq(notificationInbox.userId, userId));
  return inbox ?? { unread: 0, inboxVersion: 0 };
}

/** A page of a member's inbox, newest first, with the unread count and the stream position to follow it from. */
export async function listNotifications(
  queries: Queries,
  page: { userId: string; limit: number; before?: string | undefined },
): Promise<NotificationsResponse> {
  const { userId, limit, before } = page;
  const stream = await readStreamPosition(queries, userChannel(userId));
  const inbox = await readInbox(queries, userId);
  const rows = await queries
    .select()
    .from(notification)
    .where(and(eq(notification.userId, userId), before === undefined ? undefined : lt(notification.id, before)))
    .orderBy(desc(notification.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(
    ({ userId: _owner, createdAt, readAt, ...rest }): Notification => ({
      ...rest,
      createdAt: createdAt.toISOString(),
      readAt: readAt?.toISOString() ?? null,
    }),
  );
  return { items, ...inbox, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null, stream };
}
