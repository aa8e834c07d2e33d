import type { Failure } from '../http/send';

/** Why money did not move, in a sentence that follows what was wanted. */
export function failureWords(failure: Failure): string {
  switch (failure.kind) {
    case 'offline':
      return 'There is no connection. Try again when you are back online: it is never done twice.';
    case 'busy':
      return `Skelly cannot take it just now. Try again ${failure.retryAfter ? `in ${failure.retryAfter} seconds` : 'in a moment'}: it is never done twice.`;
    case 'refused':
      return failure.problem.errors?.[0]?.message ?? failure.problem.detail;
    case 'broken':
      return 'Something broke on our side. Try again in a moment: it is never done twice.';
  }
}
