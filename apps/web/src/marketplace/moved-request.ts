import type { ClientData } from '@skelly/types/event';
import type { ContractOf } from '@skelly/types/events';
import type { PerformanceRequest } from '@skelly/types/marketplace';

/** What the stream tells of a step. */
export type Moved = ClientData<ContractOf<'marketplace:request.moved'>>;

/** Takes in an answer: the later of two states stays, and of the same state the answer, which says more than an event. */
export function takeRequest<R extends PerformanceRequest>(now: R, given: R): R {
  return given.version >= now.version ? given : now;
}

/** Takes in a step that the stream tells of. What it does not tell is left out until the request is read again. */
export function moveRequest<R extends PerformanceRequest>(now: R, { requestVersion, ...moved }: Moved): R {
  if (requestVersion <= now.version) return now;
  const { status, settledAmount, refundedAmount } = moved;
  return { ...now, status, settledAmount, refundedAmount, version: requestVersion, dueAt: null };
}
