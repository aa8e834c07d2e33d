import { type Failure, isUnknown } from './send';

/** What is known of a command that was not done, or whose end is not known, in sentences for the place of the action. */
export function failureWords(failure: Failure): string {
  const { why, next } = partsOf(failure);
  return isUnknown(failure) ? `${sentence(why)} We do not know yet whether it was done. ${next}` : sentence(why);
}

/** Why, and what to do, under a title that says what is known. */
export function whyWords(failure: Failure): string {
  const { why, next } = partsOf(failure);
  return isUnknown(failure) ? `${sentence(why)} ${next}` : sentence(why);
}

/** Why, as a title or before more words. */
export function shortWords(failure: Failure): string {
  return partsOf(failure).why;
}

/** What to do, under that title. @param comfort what is true although it failed, said only where a next try is the same command */
export function nextWords(failure: Failure, comfort: string): string {
  const { when, next } = partsOf(failure);
  return when ? `${comfort} Try again ${when}.` : `We do not know yet whether it was done. ${next}`;
}

interface Parts {
  readonly why: string;
  /** Null where nothing keeps the next try from doing it twice. */
  readonly when: string | null;
  readonly next: string;
}

function partsOf(failure: Failure): Parts {
  switch (failure.kind) {
    case 'offline':
      return again('No connection', 'when you are back online');
    case 'busy':
      return again('Skelly is out of breath', failure.retryAfter ? `in ${failure.retryAfter} seconds` : 'in a moment');
    case 'broken':
      return again('Something broke on our side', 'in a moment');
    case 'stale':
      return look('Your last try is too long ago to be repeated safely');
    case 'refused': {
      const { errors, detail } = failure.problem;
      // What it takes to be let in again, such as signing in, loses the key under which nothing is done twice.
      return look(errors?.[0]?.message ?? detail);
    }
  }
}

function again(why: string, when: string): Parts {
  return { why, when, next: `Try again ${when}: nothing is done twice.` };
}

function look(why: string): Parts {
  return { why, when: null, next: 'Look whether it was done before you try again.' };
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
