import { performanceRequest, performanceRequestStep, type Queries } from '@skelly/db';
import type { DisputesResponse } from '@skelly/types/marketplace';
import { and, asc, eq, inArray } from 'drizzle-orm';
import { selectRequests, toView } from './view';

/** Disputes that one answer has at most; the next come when these are decided. */
const MOST_DISPUTES = 100;

/** Disputes that wait for support, oldest first, with what the fan said. */
export async function listDisputes(queries: Queries): Promise<DisputesResponse> {
  const rows = await selectRequests(queries)
    .where(eq(performanceRequest.status, 'disputed'))
    .orderBy(asc(performanceRequest.disputedAt), asc(performanceRequest.id))
    .limit(MOST_DISPUTES);
  const reasons = await readReasons(
    queries,
    rows.map(({ request }) => request.id),
  );
  return {
    items: rows.map((row) => ({
      ...toView(row),
      reason: reasons.get(row.request.id) ?? '',
      disputedAt: (row.request.disputedAt ?? row.request.updatedAt).toISOString(),
    })),
  };
}

async function readReasons(queries: Queries, requestIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (requestIds.length === 0) return new Map();
  const steps = await queries
    .select({ requestId: performanceRequestStep.requestId, note: performanceRequestStep.note })
    .from(performanceRequestStep)
    .where(
      and(inArray(performanceRequestStep.requestId, [...requestIds]), eq(performanceRequestStep.status, 'disputed')),
    );
  return new Map(steps.map(({ requestId, note }) => [requestId, note ?? '']));
}
