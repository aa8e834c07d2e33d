import { parseArgs } from 'node:util';

export interface ModelOptions {
  /** At least so many. */
  readonly operations: number;
  readonly seed: number;
  readonly help: boolean;
}

export const usage = `Usage: npm run ledger:model [-- OPTIONS]

Has the ledger answer random operations, and holds every answer, every balance and every rule against a plain
model: first one after the other, where a run that fails shrinks to what it takes; then, of a part of them, by
clients of processes that are killed meanwhile. Brings up a Postgres of its own in a temporary folder.

  --operations N   how many, 1 to 10000000 (default 100000)
  --seed N         repeats a run, 0 to 2147483647 (default: another one each time)
  --help           this text`;

/**
 * Reads the command line.
 *
 * @param drawSeed called when none is given.
 * @throws Error that names what is wrong with it.
 */
export function readOptions(words: readonly string[], drawSeed: () => number): ModelOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      operations: { type: 'string', default: '100000' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    operations: readInteger('--operations', values.operations, 1, 10_000_000),
    seed: values.seed === undefined ? drawSeed() : readInteger('--seed', values.seed, 0, 2 ** 31 - 1),
    help: values.help,
  };
}

function readInteger(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`${flag} must be a whole number from ${min} to ${max}, not '${text}'`);
}
