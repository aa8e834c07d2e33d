/** When something that waits is due: `delay` milliseconds after it was written, by the database's clock, or `at` a time. One of both; a time that has passed is now. */
export type DueTime =
  | { readonly delay: number; readonly at?: undefined }
  | { readonly at: Date; readonly delay?: undefined };

/** A due time as Postgres gets it: milliseconds from now, or since 1970. */
export interface Due {
  readonly delayMs: number | null;
  readonly atMs: number | null;
}

/** The last moment that a Date can say, in milliseconds since 1970: the year 275760. */
const END_OF_TIME = 8.64e15;

/**
 * Checks a due time.
 *
 * @param refuse makes the error from the option's name and what is wrong with it.
 */
export function checkDue(
  { delay, at }: DueTime,
  { now, refuse }: { now: Date; refuse: (path: string, message: string) => Error },
): Due {
  if (delay !== undefined && at !== undefined) throw refuse('delay', 'and at are two ways to say one thing; give one');
  if (delay !== undefined) {
    if (typeof delay !== 'number' || !(delay >= 0 && now.getTime() + delay <= END_OF_TIME)) {
      throw refuse('delay', 'must be milliseconds, 0 or more');
    }
    return { delayMs: delay, atMs: null };
  }
  const atMs = at instanceof Date ? at.getTime() : Number.NaN;
  if (Number.isNaN(atMs)) throw refuse('at', 'must be a valid Date');
  return { delayMs: null, atMs };
}
