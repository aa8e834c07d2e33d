import type { PerformanceRequestDetail, RequestStatus } from '@skelly/types/marketplace';
import { type Moved, moveRequest } from './moved-request';

/** What somebody does with a request; `at` is when, ISO 8601. */
export type RequestCommand = { readonly at: string } & (
  | { readonly name: 'accept' | 'decline' | 'withdraw' | 'confirm' }
  /** Without an amount it was all done. */
  | { readonly name: 'perform'; readonly amount?: number }
  | { readonly name: 'dispute'; readonly reason: string }
  | { readonly name: 'resolve'; readonly settleAmount: number; readonly note: string }
);
export type CommandName = RequestCommand['name'];

/** Takes in a step of a request in full: it joins the timeline, and what may be done next is not known yet. @param at ISO 8601 */
export function moveDetail(now: PerformanceRequestDetail, moved: Moved, at: string): PerformanceRequestDetail {
  const next = moveRequest(now, moved);
  if (next === now) return now;
  return step(next, { status: moved.status, by: moved.by, at, note: null });
}

/**
 * The request as it will be once the command is done. One that may not be given (any more) changes nothing, so the command
 * does not count twice when its event has come.
 */
export function aheadOf(request: PerformanceRequestDetail, command: RequestCommand): PerformanceRequestDetail {
  if (!request.actions.includes(command.name)) return request;
  const { amount, performedAmount } = request;
  const { at } = command;
  const note = noteOf(command);
  switch (command.name) {
    case 'accept':
      return step(request, { status: 'accepted', by: 'creator', at, note });
    case 'perform':
      return step(
        { ...request, performedAmount: command.amount ?? amount },
        { status: 'performed', by: 'creator', at, note },
      );
    case 'dispute':
      return step(request, { status: 'disputed', by: 'fan', at, note });
    case 'decline':
      return end(request, 0, { status: 'declined', by: 'creator', at, note });
    case 'withdraw':
      return end(request, 0, { status: 'withdrawn', by: 'fan', at, note });
    case 'confirm':
      return end(request, performedAmount ?? amount, { status: 'completed', by: 'fan', at, note });
    case 'resolve': {
      const status: RequestStatus = command.settleAmount === 0 ? 'refunded' : 'completed';
      return end(request, command.settleAmount, { status, by: 'support', at, note });
    }
  }
}

function noteOf(command: RequestCommand): string | null {
  if (command.name === 'dispute') return command.reason;
  return command.name === 'resolve' ? command.note : null;
}

type Step = PerformanceRequestDetail['timeline'][number];

function step(request: PerformanceRequestDetail, taken: Step): PerformanceRequestDetail {
  return {
    ...request,
    status: taken.status,
    dueAt: null,
    actions: [],
    timeline: [...request.timeline, taken],
  };
}

function end(request: PerformanceRequestDetail, settledAmount: number, taken: Step): PerformanceRequestDetail {
  return { ...step(request, taken), settledAmount, refundedAmount: request.amount - settledAmount };
}
