import { performanceRequest, performanceRequestStep, type Queries } from '@skelly/db';
import { userChannel } from '@skelly/types/live';
import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { isOperator } from '@skelly/types/role';
import type { Role } from '@skelly/types/user';
import { asc, eq } from 'drizzle-orm';
import { readStreamPosition } from '../live';
import { allowedActions } from './decide';
import { requestNotFound } from './errors';
import { sideOf } from './move-request';
import { selectRequests, toView } from './view';

/** Who asks for a request. */
export interface Asking {
  readonly userId: string;
  /** Operators see every request. */
  readonly role: Role;
}

/**
 * A request with its timeline, what whoever asks may do with it, and where to follow it from; for its two sides and operators.
 *
 * @throws AppError `request_not_found`, for everybody else too.
 */
export async function getRequest(
  queries: Queries,
  { userId, role }: Asking,
  { requestId, now }: { readonly requestId: string; readonly now: Date },
): Promise<PerformanceRequestDetail> {
  const stream = await readStreamPosition(queries, userChannel(userId));
  const [found] = await selectRequests(queries).where(eq(performanceRequest.id, requestId));
  // Nobody decides a dispute of their own.
  const side = found && (sideOf(found.request, userId) ?? (isOperator(role) ? 'support' : null));
  if (!found || !side) throw requestNotFound();
  const { details } = found.request;
  const actions = allowedActions(side, found.request, now) as PerformanceRequestDetail['actions'];
  return {
    ...toView(found),
    details,
    timeline: await readTimeline(queries, found.request),
    actions: [...actions],
    stream,
  };
}

/** The steps up to the state that was read: one that comes in between is the next answer's. */
async function readTimeline(
  queries: Queries,
  { id, version }: { readonly id: string; readonly version: number },
): Promise<PerformanceRequestDetail['timeline']> {
  const rows = await queries
    .select()
    .from(performanceRequestStep)
    .where(eq(performanceRequestStep.requestId, id))
    .orderBy(asc(performanceRequestStep.version));
  return rows
    .filter((row) => row.version <= version)
    .map(({ status, side, note, at }) => ({ status, at: at.toISOString(), by: side, note }));
}
