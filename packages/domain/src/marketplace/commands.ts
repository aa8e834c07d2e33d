import type { UnitOfWork } from '@skelly/events';
import { type MoveDependencies, moveAsMember } from './move-request';

/** Which request, and who asks. */
interface Given {
  readonly requestId: string;
  readonly userId: string;
}

/** The creator takes it on: the hold stays for as many days more as they have to perform. */
export function acceptRequest(work: UnitOfWork, deps: MoveDependencies, given: Given): Promise<void> {
  return moveAsMember(work, deps, { ...given, command: { kind: 'accept' } });
}

/** The creator does not take it on, or cannot do it after all: the price goes back. */
export function declineRequest(work: UnitOfWork, deps: MoveDependencies, given: Given): Promise<void> {
  return moveAsMember(work, deps, { ...given, command: { kind: 'decline' } });
}

/** The fan takes it back before the creator has accepted: the price goes back. */
export function withdrawRequest(work: UnitOfWork, deps: MoveDependencies, given: Given): Promise<void> {
  return moveAsMember(work, deps, { ...given, command: { kind: 'withdraw' } });
}

/**
 * The creator has done it, all or a part. The fan has a day to confirm or dispute; then it is paid.
 *
 * @param given.amount what the part is worth. @defaultValue the price
 */
export function performRequest(
  work: UnitOfWork,
  deps: MoveDependencies,
  { amount, ...given }: Given & { readonly amount?: number | undefined },
): Promise<void> {
  return moveAsMember(work, deps, { ...given, command: { kind: 'perform', amount } });
}

/** The fan is content: the creator is paid what they have done, and the rest goes back. */
export function confirmRequest(work: UnitOfWork, deps: MoveDependencies, given: Given): Promise<void> {
  return moveAsMember(work, deps, { ...given, command: { kind: 'confirm' } });
}

/** The fan is not content: the money stays where it is until support decides. */
export function disputeRequest(
  work: UnitOfWork,
  deps: MoveDependencies,
  { reason, ...given }: Given & { readonly reason: string },
): Promise<void> {
  return moveAsMember(work, deps, { ...given, command: { kind: 'dispute', reason } });
}
