import { type Failure, isUnknown } from './send';

/** What is known of a command that was not done, or whose end is not known, in sentences for the place of the action. */
export function failureWords(failure: Failure): string {
  const { why, next } = partsOf(failure);
  return isUnknown(failure) ? `${why} We do not know yet whether it was done. ${next}` : why;
}

/** Why, and what to do, under a title that says what is known. */
export function whyWords(failure: Failure): string {
  const { why, next } = partsOf(failure);
  return isUnknown(failure) ? `${why} ${next}` : why;
}

function partsOf(failure: Failure): { readonly why: string; readonly next: string } {
  switch (failure.kind) {
    case 'offline':
      return { why: 'No connection.', next: 'Try again when you are back online: nothing is done twice.' };
    case 'busy': {
      const when = failure.retryAfter ? `in ${failure.retryAfter} seconds` : 'in a moment';
      return { why: 'Skelly is out of breath.', next: `Try again ${when}: nothing is done twice.` };
    }
    case 'broken':
      return { why: 'Something broke on our side.', next: 'Try again in a moment: nothing is done twice.' };
    case 'refused': {
      const { errors, detail } = failure.problem;
      // What it takes to be let in again, such as signing in, loses the key under which nothing is done twice.
      return { why: errors?.[0]?.message ?? detail, next: 'Look whether it was done before you try again.' };
    }
  }
}
