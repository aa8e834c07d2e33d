import type { Failure } from '../http/send';

/** Why a command was not done, at the place of the action. Things are back as they were. */
export function notDoneWords(failure: Failure): string {
  switch (failure.kind) {
    case 'offline':
      return 'No connection. Try again when you are back online; nothing is done twice.';
    case 'busy':
      return `Skelly cannot do it just now. Try again ${failure.retryAfter ? `in ${failure.retryAfter} seconds` : 'in a moment'}.`;
    case 'refused':
      return failure.problem.errors?.[0]?.message ?? failure.problem.detail;
    case 'broken':
      return 'Something broke on our side. Try again in a moment; nothing is done twice.';
  }
}
