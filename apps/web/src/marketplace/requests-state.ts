import type { PerformanceRequest, RequestsQuery, RequestsResponse } from '@skelly/types/marketplace';
import { type Moved, moveRequest, takeRequest } from './moved-request';
import { isEnded } from './request-words';

/** Which requests a list is of. */
export type Part = Pick<RequestsQuery, 'side' | 'state'>;

/** What this tab knows of a list of requests. */
export interface RequestList {
  /** Newest first, each once. One that has ended by an event keeps its place among the open ones until the list is opened anew. */
  readonly items: readonly PerformanceRequest[];
  /** Continues after the oldest; null when everything is here. */
  readonly nextCursor: string | null;
}

/** A list as first read. */
export function openRequests({ items, nextCursor }: RequestsResponse): RequestList {
  return { items, nextCursor };
}

/**
 * Takes in the newest page, read again. Older pages that were loaded stay, unless the page does not reach down to them; then
 * they are loaded again on demand. What has joined the list since the page was asked for stays too: the page may be from before.
 *
 * @param asked the list as it was when the page was asked for; null: there was none
 */
export function refreshRequests(list: RequestList, page: RequestsResponse, asked: RequestList | null): RequestList {
  const reach = page.nextCursor === null ? null : (page.items.at(-1)?.requestId ?? null);
  const touches = page.nextCursor === null || page.items.some(({ requestId }) => known(list, requestId) !== undefined);
  const older = touches && reach !== null ? list.items.filter(({ requestId }) => requestId < reach) : [];
  const endedHere = list.items.filter(
    ({ requestId, status }) => isEnded(status) && (reach === null || requestId >= reach),
  );
  const joined = asked ? list.items.filter(({ requestId }) => known(asked, requestId) === undefined) : [];
  return {
    items: merge([...older, ...endedHere, ...joined], page.items, list.items),
    nextCursor: older.length > 0 ? list.nextCursor : page.nextCursor,
  };
}

/** Takes in the page that follows the oldest. */
export function extendRequests(list: RequestList, page: RequestsResponse): RequestList {
  return { items: merge(list.items, page.items, list.items), nextCursor: page.nextCursor };
}

/** Takes in a step of one; another's step changes nothing. */
export function moveInList(list: RequestList, moved: Moved): RequestList {
  const now = known(list, moved.requestId);
  if (!now) return list;
  const next = moveRequest(now, moved);
  return next === now ? list : { ...list, items: list.items.map((item) => (item === now ? next : item)) };
}

/** Takes in one that was read after a step. A new one joins the list if it belongs there. @param me the member's id */
export function putInList(
  list: RequestList,
  request: PerformanceRequest,
  { side, state }: Part,
  me: string,
): RequestList {
  const isTheirs = (side === 'fan' ? request.fan : request.creator).userId === me;
  const oldest = list.items.at(-1);
  const isInReach = list.nextCursor === null || (oldest !== undefined && request.requestId >= oldest.requestId);
  const belongs = isTheirs && isInReach && isEnded(request.status) === (state === 'ended');
  if (!known(list, request.requestId) && !belongs) return list;
  return { ...list, items: merge(list.items, [request], list.items) };
}

function known({ items }: RequestList, requestId: string): PerformanceRequest | undefined {
  return items.find((item) => item.requestId === requestId);
}

/** Newest first, each once, and of each the latest state that is known. */
function merge(
  kept: readonly PerformanceRequest[],
  given: readonly PerformanceRequest[],
  before: readonly PerformanceRequest[],
): readonly PerformanceRequest[] {
  const latest = new Map(before.map((item) => [item.requestId, item]));
  const byId = new Map(kept.map((item) => [item.requestId, item]));
  for (const item of given) {
    const now = latest.get(item.requestId);
    byId.set(item.requestId, now ? takeRequest(now, item) : item);
  }
  return [...byId.values()].sort((a, b) => (a.requestId < b.requestId ? 1 : -1));
}
