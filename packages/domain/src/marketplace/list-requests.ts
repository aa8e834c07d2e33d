import { performanceRequest, type Queries } from '@skelly/db';
import { userChannel } from '@skelly/types/live';
import type { RequestsQuery, RequestsResponse } from '@skelly/types/marketplace';
import { and, desc, eq, lt } from 'drizzle-orm';
import { readStreamPosition } from '../live';
import { selectRequests, toView } from './view';

/** A page of a member's requests, newest first: those that they made or those that were made to them, open or ended. */
export async function listRequests(
  queries: Queries,
  { userId, side, state, limit, before }: RequestsQuery & { readonly userId: string },
): Promise<RequestsResponse> {
  const stream = await readStreamPosition(queries, userChannel(userId));
  const rows = await selectRequests(queries)
    .where(
      and(
        eq(side === 'fan' ? performanceRequest.fanId : performanceRequest.creatorId, userId),
        eq(performanceRequest.isOpen, state === 'open'),
        before === undefined ? undefined : lt(performanceRequest.id, before),
      ),
    )
    .orderBy(desc(performanceRequest.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(toView);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.requestId ?? null) : null, stream };
}
