import { type Queries, users } from '@skelly/db';
import { eq, sql } from 'drizzle-orm';
import { WalletError } from '../errors';

/** Members that one search names at most. */
const MOST = 8;

/** Members whose names begin as given, whatever the case, without whoever asks. */
export async function findRecipients(
  queries: Queries,
  { userId, q }: { readonly userId: string; readonly q: string },
): Promise<{ userId: string; displayName: string }[]> {
  // A range and no LIKE, which a prepared statement cannot look up in an index.
  const { rows } = await queries.execute<{ userId: string; displayName: string }>(sql`
    select id as "userId", display_name as "displayName" from users
    where lower(display_name) ~>=~ lower(${q}) and lower(display_name) ~<~ (lower(${q}) || ${'\u{10FFFF}'}) and id <> ${userId}
    order by lower(display_name) using ~<~, id limit ${MOST}`);
  return rows;
}

/**
 * @returns the member's id as their wallet has it: a UUID may be written in several ways.
 * @throws WalletError `recipient_not_found`.
 */
export async function requireRecipient(queries: Queries, userId: string): Promise<string> {
  const [found] = await queries.select({ id: users.id }).from(users).where(eq(users.id, userId));
  if (found) return found.id;
  throw new WalletError({
    kind: 'unprocessable',
    code: 'recipient_not_found',
    message: 'There is no such member. Choose another one.',
    isFinal: false,
  });
}
