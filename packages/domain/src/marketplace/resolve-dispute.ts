import { recordOperatorAction, type UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { requestNotFound } from './errors';
import { lockRequest, type MoveDependencies, moveRequest, sideOf } from './move-request';

/**
 * Support decides a dispute: the creator gets all, a part or nothing, and the fan the rest. Recorded as an operator's action.
 *
 * @throws AppError `request_not_found`, `request_not_disputed`, `request_already_…`, `amount_above_price`; `own_request` when whoever
 *   decides is one of its two sides.
 */
export async function resolveDispute(
  work: UnitOfWork,
  deps: MoveDependencies,
  given: {
    readonly requestId: string;
    readonly userId: string;
    readonly settleAmount: number;
    readonly note: string;
  },
): Promise<void> {
  const { requestId, userId, settleAmount, note } = given;
  const request = await lockRequest(work, requestId);
  if (!request) throw requestNotFound();
  if (sideOf(request, userId))
    throw new AppError({
      kind: 'forbidden',
      code: 'own_request',
      message: 'This dispute is your own. Somebody else has to decide it.',
    });
  await moveRequest(work, deps, { request, by: 'support', command: { kind: 'resolve', settleAmount, note } });
  const { amount, currency } = request;
  await recordOperatorAction(work.tx, {
    action: 'disputes.resolve',
    target: requestId,
    reason: note,
    detail: { amount, currency, settledAmount: settleAmount, refundedAmount: amount - settleAmount },
  });
}
