import { parseArgs } from 'node:util';

export interface CrashOptions {
  /** How many members register. */
  readonly members: number;
  /** Decides the order of the kills, the pauses and the jitter. */
  readonly seed: number;
  readonly help: boolean;
}

/** Fewer would be used up before every process has been killed at work. */
const FEWEST_MEMBERS = 100;
/** The mail sink keeps no more than twice as many mails. */
const MOST_MEMBERS = 1_000;
const HIGHEST_SEED = 2 ** 32 - 1;

export const usage = `Usage: npm run crash [-- OPTIONS]

Registers members while api, relay, worker and gateway are killed with SIGKILL at work, and proves that
nothing was lost and nothing happened twice. Brings up a stack of its own in a temporary folder.

  --members N   how many register, ${FEWEST_MEMBERS} to ${MOST_MEMBERS} (default 200)
  --seed N      repeats the order of the kills and every draw of a run, 0 to ${HIGHEST_SEED} (default: another one each time)
  --help        this text`;

/**
 * Reads the command line.
 *
 * @param drawSeed called when none is given.
 * @throws Error that names what is wrong with it.
 */
export function readOptions(words: readonly string[], drawSeed: () => number): CrashOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      members: { type: 'string', default: '200' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    members: readInteger('--members', values.members, FEWEST_MEMBERS, MOST_MEMBERS),
    seed: values.seed === undefined ? drawSeed() : readInteger('--seed', values.seed, 0, HIGHEST_SEED),
    help: values.help,
  };
}

function readInteger(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`${flag} must be a whole number from ${min} to ${max}, not '${text}'`);
}
