import type { Database } from '@skelly/db';
import type { ReplayPlan } from './candidates';
import { type ReplaySelection, readHead, readInboxStart } from './selection';
import type { ReplayWay } from './ways';

/** Looks up what a plan needs to know beside its selection. @param given.upTo the log's head when left out */
export async function planReplay(
  database: Database,
  given: {
    readonly selection: ReplaySelection;
    readonly handlers: readonly string[];
    readonly upTo?: number | undefined;
  },
): Promise<ReplayPlan> {
  const { rows: ways } = await database.pool.query<ReplayWay>(
    'select type, handler, kind from event_route where handler = any ($1) and retired_at is null',
    [given.handlers],
  );
  return {
    selection: given.selection,
    ways,
    upTo: given.upTo ?? (await readHead(database)),
    inboxStart: await readInboxStart(database),
  };
}
