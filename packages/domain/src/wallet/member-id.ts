import { type SQL, sql } from 'drizzle-orm';

/** An owner of wallets as a member's id, and null for others: they are any text. To join members by their key. */
export function memberIdOf(owner: SQL): SQL {
  return sql`case when ${owner} ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then ${owner}::uuid end`;
}
