import { type performanceRequest, performanceRequestStep } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { type RequestStatus, requestMoved } from '@skelly/types/marketplace';
import type { Side } from './decide';

/** A row of `performance_request`. */
export type RequestRow = typeof performanceRequest.$inferSelect;

/** Adds the state that a request has just come to to its timeline, and tells of it. Emits `marketplace:request.moved`. */
export async function recordStep(
  work: UnitOfWork,
  request: RequestRow,
  { before, by, note }: { readonly before: RequestStatus | null; readonly by: Side; readonly note: string | null },
): Promise<void> {
  const { id: requestId, version, status, updatedAt: at } = request;
  await work.tx.insert(performanceRequestStep).values({ requestId, version, status, side: by, note, at });
  const { fanId, creatorId, escrowId, amount, currency, settledAmount, refundedAmount } = request;
  work.emit(requestMoved, {
    requestId,
    fanId,
    creatorId,
    escrowId,
    status,
    before,
    by,
    amount,
    currency,
    settledAmount,
    refundedAmount,
    requestVersion: version,
  });
}
