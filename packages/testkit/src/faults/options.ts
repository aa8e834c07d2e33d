import { parseArgs } from 'node:util';
import { SABOTAGES, type Sabotage } from './processes/sabotage';

export interface FaultOptions {
  /** How long faults go on, at least; the end of each act comes on top. */
  readonly minutes: number;
  /** Decides every draw of the run. */
  readonly seed: number;
  readonly sabotage: Sabotage | undefined;
  readonly expectCaught: boolean;
  readonly help: boolean;
}

const MOST_MINUTES = 24 * 60;
const HIGHEST_SEED = 2 ** 32 - 1;

export const usage = `Usage: npm run faults [-- OPTIONS]

Sends events through relays and workers while everything under them fails, and proves that nothing was lost and nothing
happened twice. Brings up a Postgres, an SQS, two relays and two workers of its own in a temporary folder.

  --minutes N       how long things fail, 0.1 to ${MOST_MINUTES} (default 1)
  --seed N          repeats every draw of a run, 0 to ${HIGHEST_SEED} (default: another one each time)
  --sabotage NAME   breaks the product, so that the run must find it: ${SABOTAGES.join(', ')}
  --expect-caught   succeed only when the sabotage was found
  --help            this text`;

/**
 * Reads the command line.
 *
 * @param drawSeed called when none is given.
 * @throws Error that names what is wrong with it.
 */
export function readOptions(words: readonly string[], drawSeed: () => number): FaultOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string' },
      sabotage: { type: 'string' },
      'expect-caught': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const sabotage = SABOTAGES.find((name) => name === values.sabotage);
  if (values.sabotage !== undefined && !sabotage)
    throw new Error(`--sabotage must be one of ${SABOTAGES.join(', ')}, not '${values.sabotage}'`);
  if (values['expect-caught'] && !sabotage) throw new Error('--expect-caught needs a --sabotage');
  return {
    minutes: readNumber('--minutes', values.minutes, /^\d{1,4}(\.\d{1,2})?$/, 0.1, MOST_MINUTES),
    seed: values.seed === undefined ? drawSeed() : readNumber('--seed', values.seed, /^\d{1,10}$/, 0, HIGHEST_SEED),
    sabotage,
    expectCaught: values['expect-caught'],
    help: values.help,
  };
}

function readNumber(flag: string, text: string, form: RegExp, min: number, max: number): number {
  const value = form.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`${flag} must be a number from ${min} to ${max}, not '${text}'`);
}
