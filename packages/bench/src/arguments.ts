import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** Names of benches, in the order in which they run. */
  readonly names: readonly string[];
  readonly rounds: number;
  readonly scale: number;
  readonly minutes: number;
  readonly profile: boolean;
  /** Runs this contender alone; all when undefined. */
  readonly only: string | undefined;
  readonly help: boolean;
}

/** Fewer rounds, or less work, are a quick look: shown, and never held. */
export const FEWEST_ROUNDS_THAT_COUNT = 3;
const DEFAULTS = { rounds: 3, scale: 1, minutes: 10 };

/** Whether a run with these arguments may count as held. */
export function counts({ rounds, scale, minutes, profile, only }: BenchArguments): boolean {
  if (only !== undefined) return false;
  return rounds >= FEWEST_ROUNDS_THAT_COUNT && scale >= 1 && minutes >= DEFAULTS.minutes && !profile;
}

/**
 * Reads the command line; no names are all of them.
 *
 * @throws Error that says what is wrong and lists the names that there are.
 */
export function readArguments(words: readonly string[], known: readonly string[]): BenchArguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        scale: { type: 'string' },
        minutes: { type: 'string' },
        profile: { type: 'boolean', default: false },
        only: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    for (const name of positionals) if (!known.includes(name)) throw new Error(`There is no bench '${name}'.`);
    return {
      names: positionals.length > 0 ? [...new Set(positionals)] : known,
      rounds: readNumber('rounds', values.rounds, { min: 1, max: 100, whole: true }),
      scale: readNumber('scale', values.scale, { min: 0.001, max: 10, whole: false }),
      minutes: readNumber('minutes', values.minutes, { min: 0.05, max: 600, whole: false }),
      profile: values.profile,
      only: values.only,
      help: values.help,
    };
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\nThe benches are: ${known.join(', ')}.`, { cause });
  }
}

function readNumber(
  flag: keyof typeof DEFAULTS,
  text: string | undefined,
  { min, max, whole }: { min: number; max: number; whole: boolean },
): number {
  if (text === undefined) return DEFAULTS[flag];
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  throw new Error(`--${flag} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not '${text}'.`);
}

/** The help text. */
export function usage(benches: readonly { readonly name: string; readonly summary: string }[]): string {
  const width = Math.max(...benches.map(({ name }) => name.length));
  return `Usage: npm run bench [-- NAME… OPTIONS]

Runs ours and its peers one after the other in every round, and compares their medians. Exits with 1 when a must is
not held. Results are written to bench-results/NAME.json.

${benches.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

  --rounds N   rounds of each bench (default ${DEFAULTS.rounds}); fewer than ${FEWEST_ROUNDS_THAT_COUNT} are a quick look, which never counts as held
  --scale F    share of the work (default ${DEFAULTS.scale}); below 1 is a quick look
  --minutes N  length of the memory bench's load (default ${DEFAULTS.minutes}); less is a quick look
  --profile    takes CPU profiles of our own processes into bench-results/profiles; a quick look
  --only NAME  runs one contender alone: \`ours\`, or a peer as the table names it; a quick look
  --help       this text`;
}
