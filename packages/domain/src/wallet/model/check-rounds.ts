import type { Database } from '@skelly/db';
import { createEventSystem, type Log } from '@skelly/events';
import fc from 'fast-check';
import { createLedger, WalletService } from '../wallet-service';
import { findViolations } from './invariants';
import { playRound, type Tally, type Till } from './play';
import { type Burst, rounds } from './steps';

/** Operations of a round at most; a failing one shrinks to what it takes. */
const ROUND = 600;

/** Milliseconds in which a round that failed is shortened. */
const SHRINK_MS = 30_000;

const silent = { committed: () => undefined, close: async () => undefined };
const ignore = () => undefined;
const quiet: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

export interface RoundsResult {
  readonly tally: Tally;
  /** What did not hold, and the shortest run that shows it; undefined when all of it did. */
  readonly report: string | undefined;
}

/**
 * Has two processes' ledgers, on one database, answer random operations until there were enough of them.
 *
 * @param seed repeats a run.
 * @param say is told of every round.
 */
export async function checkRounds(options: {
  readonly database: Database;
  readonly operations: number;
  readonly seed: number;
  readonly say?: (tally: Tally) => void;
}): Promise<RoundsResult> {
  const { database, operations, seed, say } = options;
  const tills = [createTill(database), createTill(database)];
  const tally: Tally = { operations: 0, done: 0, repeated: 0, refused: 0 };
  let played = 0;
  const holds = fc.asyncProperty(rounds(ROUND), async (bursts) => {
    played += 1;
    await playRound({ database, tills, tally }, `r${played}`, bursts);
  });
  for (let turn = 0; tally.operations < operations; turn += 1) {
    const result = await fc.check(holds, { seed: seed + turn, numRuns: 1, interruptAfterTimeLimit: SHRINK_MS });
    if (result.failed) return { tally, report: reportOf(result) };
    say?.(tally);
  }
  const violations = await findViolations(database);
  return { tally, report: violations.length > 0 ? violations.join('\n') : undefined };
}

function reportOf({ errorInstance, counterexample, counterexamplePath, seed }: fc.RunDetails<[Burst[]]>): string {
  const error = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `${error}\n\nafter ${JSON.stringify(counterexample?.[0])}\nseed ${seed}, path ${counterexamplePath}`;
}

function createTill(database: Database): Till {
  const now = () => new Date();
  const events = createEventSystem({ database, notifier: silent, now });
  const ledger = createLedger({ events, database, now, log: quiet, groupCommit: { lanes: 1, maxRemembered: 40 } });
  return { events, wallets: new WalletService(ledger) };
}
