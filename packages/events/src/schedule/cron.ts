import { describeError } from '@skelly/types/errors';
import { Cron } from 'croner';
import { EmitError } from '../errors';

/** When something recurs, on the clocks of a zone. */
export interface Recurrence {
  /** Five fields, or six with seconds first, or a nickname such as `@daily`. */
  readonly cron: string;
  /** An IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
}

/**
 * What becomes of ticks that passed while no relay ran. `latest`: the last of them fires, once, as most schedules bring something up to date.
 * `all`: each fires, for those whose ticks stand for something, such as a day's interest.
 */
export type MissedTicks = 'latest' | 'all';

/** Ticks of one schedule fired by one transaction at most; the next goes on. */
const MAX_TICKS = 100;

// The library also takes a date, which does not recur, and a seventh field for years.
const PATTERN = /^(@[a-z]+|\S+(\s+\S+){4,5})$/;

/**
 * Checks a recurrence.
 *
 * @throws EmitError `cron_invalid` or `time_zone_invalid`, naming the schedule and what to do.
 */
export function checkRecurrence(key: string, { cron, timeZone }: Recurrence, now: Date): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (error) {
    const message = `Schedule "${key}": "${timeZone}" is no time zone. Give an IANA name such as Europe/Berlin.`;
    throw new EmitError('time_zone_invalid', message, { cause: error });
  }
  const refuse = (why: string, cause?: unknown) => {
    const message = `Schedule "${key}": the cron "${cron}" ${why}. Give five fields (minute, hour, day, month, weekday), or six with seconds first.`;
    return new EmitError('cron_invalid', message, { cause });
  };
  if (typeof cron !== 'string' || !PATTERN.test(cron.trim())) throw refuse('is none');
  let next: Date | null;
  try {
    next = nextTick({ cron, timeZone }, now);
  } catch (error) {
    throw refuse(`is none: ${describeError(error).message}`, error);
  }
  if (!next) throw refuse('never comes');
}

/**
 * The first tick after a moment; null when none comes any more. Where clocks change, a cron of one time of day (`30 2 * * *`) comes
 * once that day: at the end of the hour that is left out, or the first time of the hour that is there twice. One of several times (lists,
 * steps, `*`) follows the clock: its ticks in the hour left out do not come, those in the hour that is there twice come twice.
 */
export function nextTick(recurrence: Recurrence, after: Date): Date | null {
  return clock(recurrence).nextRun(after);
}

/** Which ticks of a due schedule fire now, and when it is due again; null when never. */
export interface DueTicks {
  readonly fire: readonly Date[];
  readonly next: Date | null;
}

/** Decides by the pending tick, which has come, and the time that it is. */
export function ticksDue(
  recurrence: Recurrence & { readonly missed: MissedTicks },
  { pending, now }: { pending: Date; now: Date },
): DueTicks {
  const ticks = clock(recurrence);
  if (recurrence.missed === 'latest') {
    // Asked for what came before a moment, the library leaves the moment itself out.
    const [latest = pending] = ticks.previousRuns(1, new Date(now.getTime() + 1));
    return { fire: [latest > pending ? latest : pending], next: ticks.nextRun(now) };
  }
  const fire: Date[] = [];
  let next: Date | null = pending;
  while (next && next <= now && fire.length < MAX_TICKS) {
    fire.push(next);
    next = ticks.nextRun(next);
  }
  return { fire, next };
}

/** Paused: it only calculates. */
function clock({ cron, timeZone }: Recurrence): Cron {
  return new Cron(cron.trim(), { timezone: timeZone, paused: true });
}
