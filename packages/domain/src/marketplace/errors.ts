import { AppError, type ErrorKind } from '@skelly/types/errors';
import type { RequestStatus } from '@skelly/types/marketplace';

/** Codes that commands on requests are refused with; nothing has moved then. */
export type RequestRefusal =
  | 'request_not_found'
  | 'own_request'
  | 'not_a_creator'
  | 'not_the_fan'
  | 'not_the_creator'
  | 'amount_above_price'
  | `request_already_${RequestStatus | 'due'}`
  | `request_not_${RequestStatus}`;

function refusal(kind: ErrorKind, code: RequestRefusal, message: string, options: { cause?: unknown } = {}): AppError {
  return new AppError({ kind, code, message, ...options });
}

/** Says nothing about whether others have it. */
export function requestNotFound(): AppError {
  return refusal('not_found', 'request_not_found', 'There is no such request of yours.');
}

export function ownRequest(message: string): AppError {
  return refusal('unprocessable', 'own_request', message);
}

export function notACreator(): AppError {
  return refusal(
    'unprocessable',
    'not_a_creator',
    'This member takes no requests. Choose one from the list of creators.',
  );
}

export function notTheSide(side: 'fan' | 'creator'): AppError {
  return side === 'fan'
    ? refusal('forbidden', 'not_the_fan', 'Only whoever made this request may do that.')
    : refusal('forbidden', 'not_the_creator', 'Only the creator whom it was made to may do that.');
}

export function amountAbovePrice(price: number): AppError {
  return refusal(
    'unprocessable',
    'amount_above_price',
    `The price is ${price.toLocaleString('en')}. Choose that or less.`,
  );
}

const stateWords: Record<RequestStatus, string> = {
  requested: 'is waiting for an answer',
  accepted: 'has been accepted',
  performed: 'has been performed',
  disputed: 'is disputed, and support decides',
  completed: 'is complete, and the creator was paid',
  declined: 'was declined',
  withdrawn: 'was withdrawn',
  expired: 'has expired',
  refunded: 'was refunded',
};

export function alreadyThere(status: RequestStatus, options?: { readonly cause: unknown }): AppError {
  const message = `This request ${stateWords[status]}. Look at it again.`;
  return refusal('conflict', `request_already_${status}`, message, options);
}

/** @param missing the state that would have to come first */
export function notThereYet(missing: RequestStatus): AppError {
  return refusal('conflict', `request_not_${missing}`, `This request has not been ${missing} yet.`);
}

/** The time to dispute is over, though the timer that pays has yet to come. */
export function alreadyDue(): AppError {
  return refusal('conflict', 'request_already_due', 'The time to dispute this is over, and the creator is being paid.');
}
