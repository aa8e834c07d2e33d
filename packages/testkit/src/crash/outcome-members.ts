import type { NotificationsResponse } from '@skelly/types/notification';
import type pg from 'pg';
import type { Follower } from './follower';

const EXPECTED = '1 user:registered, 2 notification:created';

/** Followers to whom something is missing or came twice, out of order or beside the stream, a line each. */
export function checkFollowers(followers: readonly Follower[]): readonly string[] {
  return followers.flatMap(({ email, events, complaints }) => {
    const problems = complaints.map((complaint) => `${email}: ${complaint}`);
    const received = events.map(({ offset, type }) => `${offset} ${type}`).join(', ');
    if (received !== EXPECTED) problems.push(`${email} received [${received}], not [${EXPECTED}]`);
    const unread = (events[1]?.data as { unread?: number } | undefined)?.unread;
    if (received === EXPECTED && unread !== 1) problems.push(`${email} was told of ${unread} unread`);
    return problems;
  });
}

/** Members whose account is not the one that they were told of, a line each. */
export async function checkAccounts(db: pg.Pool, followers: readonly Follower[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string; email: string }>('select id, email from users');
  const ids = new Map(rows.map(({ id, email }) => [email, id]));
  return followers
    .filter(({ email, userId }) => ids.get(email) !== userId)
    .map(({ email, userId }) => `${email} was told ${userId}, but is ${ids.get(email)}`);
}

/** Members who, asked over HTTP with their session, do not see one unread welcome, a line each. */
export async function checkInboxes(origin: string, followers: readonly Follower[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { email, cookie } of followers) {
    const response = await fetch(`${origin}/api/notifications`, { headers: { cookie } });
    if (!response.ok) {
      problems.push(`${email} cannot read the inbox: ${response.status}`);
      continue;
    }
    const { items, unread } = (await response.json()) as NotificationsResponse;
    if (items.length !== 1 || unread !== 1)
      problems.push(`${email} sees ${items.length} notifications, ${unread} unread`);
  }
  return problems;
}
