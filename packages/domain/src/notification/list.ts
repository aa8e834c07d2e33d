import { notification, type Queries } from '@skelly/db';
import { userChannel } from '@skelly/types/live';
import type { InboxFilter, NotificationsResponse } from '@skelly/types/notification';
import { and, desc, gte, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { readStreamPosition } from '../live';
import { readInbox, toNotification } from './inbox';

const { readAt, archivedAt } = notification;

/** Each has an index of its own, by member and id. */
const conditions: Record<InboxFilter, SQL | undefined> = {
  all: isNull(archivedAt),
  unread: and(isNull(readAt), isNull(archivedAt)),
  archived: isNotNull(archivedAt),
};

/** Above every id. */
const BEYOND_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * The end of the range of (member, id) that a page is the top of. Equality of the member would say the same, and let the planner
 * choose by how many rows the member has: a walk through everybody's newest for one who has many, all of the member's rows sorted
 * for one whom it takes for average.
 */
function isBelow(userId: string, id: string): SQL {
  return sql`(${notification.userId}, ${notification.id}) < (${userId}::uuid, ${id}::uuid)`;
}

/** A page of a part of a member's inbox, newest first, with the unread count and the stream position to follow it from. */
export async function listNotifications(
  queries: Queries,
  page: { userId: string; limit: number; filter: InboxFilter; before?: string | undefined },
): Promise<NotificationsResponse> {
  const { userId, limit, filter, before = BEYOND_ALL } = page;
  // In this order: rows may be newer than the version, whose later events then come once more, but never older.
  const stream = await readStreamPosition(queries, userChannel(userId));
  const inbox = await readInbox(queries, userId);
  const rows = await queries
    .select()
    .from(notification)
    .where(and(gte(notification.userId, userId), isBelow(userId, before), conditions[filter]))
    .orderBy(desc(notification.userId), desc(notification.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toNotification);
  return { items, ...inbox, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null, stream };
}
