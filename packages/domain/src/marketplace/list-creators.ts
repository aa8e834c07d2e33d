import { type Queries, users } from '@skelly/db';
import type { CreatorsResponse } from '@skelly/types/marketplace';
import { and, asc, sql } from 'drizzle-orm';

/** Creators that one answer has at most: whoever looks for another one types a part of their name. */
const MOST_CREATORS = 50;

/**
 * Members who perform, by name, with how many requests they have completed; without whoever asks.
 *
 * @param given.q a part of the name; empty: all.
 */
export async function listCreators(
  queries: Queries,
  { q, userId }: { readonly q: string; readonly userId: string },
): Promise<CreatorsResponse> {
  const items = await queries
    .select({
      userId: users.id,
      displayName: users.displayName,
      completed: sql<number>`(select count(*)::int from performance_request as done
        where done.creator_id = users.id and done.status = 'completed')`,
    })
    .from(users)
    .where(
      and(
        // Spelled out, as the index is for creators alone and a parameter could be anybody.
        sql`${users.role} = 'creator'`,
        sql`${users.id} <> ${userId}`,
        q === '' ? undefined : sql`strpos(lower(${users.displayName}), lower(${q})) > 0`,
      ),
    )
    .orderBy(asc(sql`lower(${users.displayName})`), asc(users.id))
    .limit(MOST_CREATORS);
  return { items };
}
