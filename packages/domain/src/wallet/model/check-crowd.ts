import { fileURLToPath } from 'node:url';
import type { Database } from '@skelly/db';
import { createRandom, startFromSource } from '@skelly/testkit';
import { type CrowdResult, runCrowd } from './crowd';
import { findViolations } from './invariants';
import { findContradictions } from './proof';

/** Of a till, while it is at work: some break after the commit and before its answer. */
const BREAK_A_CONNECTION = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'ledger-till' and datname = current_database() and state <> 'idle' limit 1`;

/** The package, where its processes are started from. */
const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Has clients move money through three processes, which are killed meanwhile and whose connections break.
 *
 * @param options.database its ledger must be empty.
 * @returns what came of it, and what does not hold, a line each.
 */
export async function checkCrowd(options: {
  readonly database: Pick<Database, 'pool'> & { readonly url: string };
  readonly operations: number;
  readonly kills: number;
  readonly seed: number;
}): Promise<{ readonly crowd: CrowdResult; readonly problems: readonly string[] }> {
  const { database, operations, kills, seed } = options;
  const crowd = await runCrowd({
    start: () => startFromSource(root, 'src/wallet/model/till-process.ts', {}, [database.url]),
    tills: 3,
    clients: 12,
    operations,
    kills,
    disturb: () => database.pool.query(BREAK_A_CONNECTION),
    members: ['ann', 'ben', 'cia', 'dan'],
    random: createRandom(seed),
  });
  const contradictions = await findContradictions(database, crowd.answered);
  return { crowd, problems: [...crowd.problems, ...contradictions, ...(await findViolations(database))] };
}
