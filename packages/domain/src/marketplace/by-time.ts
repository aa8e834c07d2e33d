import { performanceRequest } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { eq } from 'drizzle-orm';
import { unlessFrozen } from '../wallet';
import { moveConfirmationTimer } from './confirmation-timer';
import { lockRequest, type MoveDependencies, moveRequest } from './move-request';

/**
 * Pays a creator whose performance was neither confirmed nor disputed in time. Whatever else has become of the request stays. While a
 * wallet of the two is frozen its timer comes again.
 *
 * @returns whether they were paid now.
 */
export async function payUnconfirmed(work: UnitOfWork, deps: MoveDependencies, requestId: string): Promise<boolean> {
  const request = await lockRequest(work, requestId);
  if (request?.status !== 'performed' || !request.dueAt) return false;
  if (request.dueAt > deps.now) {
    // The clock of whoever asks is behind that by which the timer came.
    await moveConfirmationTimer(work, requestId, { at: request.dueAt });
    return false;
  }
  const again = await unlessFrozen(() => moveRequest(work, deps, { request, by: 'time', command: { kind: 'pay' } }));
  if (again) await moveConfirmationTimer(work, requestId, again);
  return !again;
}

/**
 * Ends a request whose hold has gone back by itself. Holds of others, and requests that have ended, stay as they are.
 *
 * @returns whether it ended now.
 */
export async function expireRequest(work: UnitOfWork, deps: MoveDependencies, escrowId: string): Promise<boolean> {
  const [found] = await work.tx
    .select({ id: performanceRequest.id })
    .from(performanceRequest)
    .where(eq(performanceRequest.escrowId, escrowId));
  const request = found && (await lockRequest(work, found.id));
  if (request?.status !== 'requested' && request?.status !== 'accepted') return false;
  await moveRequest(work, deps, { request, by: 'time', command: { kind: 'expire' } });
  return true;
}
