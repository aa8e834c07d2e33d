import type { EventContract } from '@skelly/types/event';
import { EventError } from '../errors';
import type { Log } from '../log';
import type { Middleware } from '../middleware/middleware';

/** How an {@link EventBus} works. Everything may be left out. */
export interface EventBusOptions<C extends EventContract = EventContract> {
  /** Whether an event whose id or key was handled before is left out. @defaultValue true */
  readonly enableDeduplication?: boolean;
  /** Milliseconds for which ids and keys are remembered, from their publication. @defaultValue 3600000 */
  readonly deduplicationTtlMs?: number;
  /**
   * Ids that are remembered, and as many keys. At the bound the oldest is forgotten, and its repetition would be handled again: choose
   * more than come within the time to live. @defaultValue 100000
   */
  readonly maxRemembered?: number;
  /** Tries of a subscriber after its first one has failed. @defaultValue 3 */
  readonly maxRetryAttempts?: number;
  /** Milliseconds before each of them, unless the error is a `RetryAfter`. @defaultValue 1000 */
  readonly retryDelayMs?: number;
  /** Whether `publish` resolves before subscribers have ended. @defaultValue true */
  readonly asyncProcessing?: boolean;
  /** Events in hand, those that wait for a retry included; at the bound `publish` refuses. @defaultValue 10000 */
  readonly maxPending?: number;
  /** Surrounds every call of a subscriber; the first is outermost. @defaultValue none */
  readonly middleware?: readonly Middleware[];
  /** The contracts that may be published, by any name: data are checked against them. @defaultValue any event, unchecked */
  readonly contracts?: Readonly<Record<string, C>>;
  /** Told of subscribers that have failed for good while nobody waited. @defaultValue nobody; they are counted */
  readonly log?: Pick<Log, 'error'>;
  readonly now?: () => Date;
}

/** The options that are numbers, with their bounds. */
const NUMBERS = {
  deduplicationTtlMs: { least: 1, most: 604_800_000, byDefault: 3_600_000 },
  maxRemembered: { least: 1, most: 10_000_000, byDefault: 100_000 },
  maxRetryAttempts: { least: 0, most: 100, byDefault: 3 },
  retryDelayMs: { least: 0, most: 3_600_000, byDefault: 1_000 },
  maxPending: { least: 1, most: 1_000_000, byDefault: 10_000 },
} as const;

const OTHERS = ['enableDeduplication', 'asyncProcessing', 'middleware', 'contracts', 'log', 'now'];

/** The numbers among the options, each given or by default. @throws EventError naming every problem together. */
export function readNumbers(options: EventBusOptions): { readonly [Name in keyof typeof NUMBERS]: number } {
  const problems = Object.keys(options)
    .filter((name) => !(name in NUMBERS) && !OTHERS.includes(name))
    .map((name) => `${name} is no option`);
  const read = Object.entries(NUMBERS).map(([name, { least, most, byDefault }]) => {
    const value = options[name as keyof typeof NUMBERS] ?? byDefault;
    if (!Number.isInteger(value) || value < least || value > most)
      problems.push(`${name} must be a whole number from ${least} to ${most}`);
    return [name, value];
  });
  if (problems.length > 0) throw new EventError('bus_options_invalid', `No bus was made: ${problems.join('; ')}.`);
  return Object.fromEntries(read);
}
