import { activityEntry, type Queries } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import type { ActivityEntry, ActivityResponse } from '@skelly/types/activity';
import { and, desc, eq, lt } from 'drizzle-orm';

/** Puts an entry into a member's activity feed. An event has one there, however often it comes. */
export async function createEntry(
  work: UnitOfWork,
  { timestamp, ...entry }: ActivityEntry & { readonly userId: string },
): Promise<void> {
  await work.tx
    .insert(activityEntry)
    .values({ ...entry, at: new Date(timestamp) })
    .onConflictDoNothing();
}

/** A page of a member's activity feed, newest first. */
export async function listActivity(
  queries: Queries,
  page: { readonly userId: string; readonly limit: number; readonly before?: number | undefined },
): Promise<ActivityResponse> {
  const { userId, limit, before } = page;
  const rows = await queries
    .select()
    .from(activityEntry)
    .where(and(eq(activityEntry.userId, userId), before ? lt(activityEntry.position, before) : undefined))
    .orderBy(desc(activityEntry.userId), desc(activityEntry.position))
    .limit(limit + 1);
  const items = rows
    .slice(0, limit)
    .map(({ userId: _owner, at, ...entry }) => ({ ...entry, timestamp: at.toISOString() }));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.position ?? null) : null };
}
