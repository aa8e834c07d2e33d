import type { NotDone } from './use-request';

/** Why a command was not done, at the place of the action. Things are back as they were, but for what is too slow to tell. */
export function notDoneWords(failure: NotDone): string {
  switch (failure.kind) {
    case 'offline':
      return 'No connection. Try again when you are back online; nothing is done twice.';
    case 'busy':
      return `Skelly cannot do it just now. Try again ${failure.retryAfter ? `in ${failure.retryAfter} seconds` : 'in a moment'}.`;
    case 'refused':
      return failure.problem.errors?.[0]?.message ?? failure.problem.detail;
    case 'slow':
      return 'This takes longer than usual. It shows up here as soon as it is done.';
    case 'broken':
      return 'Something broke on our side. Try again in a moment; nothing is done twice.';
  }
}
