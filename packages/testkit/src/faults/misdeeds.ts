import type { Handler } from '@skelly/events';
import type { Random } from '../crash/random';

/** What a handler can do wrong. */
export const MISDEEDS = {
  throw: 'throws',
  'retry-after': 'throws RetryAfter',
  stall: 'stalls past its timeout, then goes on as if nothing were',
  'long-statement': 'runs a statement that outlasts its timeout',
  swallow: 'swallows an SQL error',
  crash: 'crashes its process',
  refuse: 'throws NonRetriable',
  never: 'throws at every try',
  poison: 'kills every process that runs it',
} as const;

export type Misdeed = keyof typeof MISDEEDS;

/** A misdeed, and at how many tries it is done. */
export interface PlannedMisdeed {
  readonly kind: Misdeed;
  readonly times: number;
}

/** For ever, as far as a run can tell. */
const ALWAYS = 1_000_000;

/** Out of 1,000 deliveries each; the rest behave. */
const PER_MILLE: Readonly<Record<Misdeed, number>> = {
  throw: 25,
  'retry-after': 10,
  stall: 6,
  'long-statement': 6,
  swallow: 12,
  crash: 2,
  refuse: 5,
  never: 3,
  // Emitted on purpose, once an act: each costs the run five workers.
  poison: 0,
};
/** What makes no sense of an effect, which has no transaction. */
const TRANSACTIONAL: ReadonlySet<Misdeed> = new Set(['long-statement', 'swallow']);

/** Draws what a handler will do wrong with one event; undefined for nothing. */
export function drawMisdeed(random: Random, kind: Handler['kind']): PlannedMisdeed | undefined {
  let rest = random() * 1_000;
  const times = 1 + Math.floor(random() * 2);
  for (const misdeed of Object.keys(PER_MILLE) as Misdeed[]) {
    rest -= PER_MILLE[misdeed];
    if (rest >= 0) continue;
    if (kind === 'effect' && TRANSACTIONAL.has(misdeed)) return undefined;
    if (isFatal(misdeed)) return always(misdeed);
    return { kind: misdeed, times: misdeed === 'crash' ? 1 : times };
  }
  return undefined;
}

/** Whether a handler that does this can only end among the dead letters. */
function isFatal(misdeed: Misdeed): boolean {
  return FATAL.includes(misdeed);
}

/** What only ends among the dead letters. */
export const FATAL: readonly Misdeed[] = ['refuse', 'never', 'poison'];

/** A misdeed that is done at every try. */
export function always(kind: Misdeed): PlannedMisdeed {
  return { kind, times: ALWAYS };
}
