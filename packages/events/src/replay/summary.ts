import type { Database } from '@skelly/db';
import { type ReplayPlan, readCandidates } from './candidates';

/** How many deliveries of each handler a replay is about, by how far the handler is with them. */
export interface ReplaySummary {
  readonly events: number;
  readonly types: readonly string[];
  readonly handlers: readonly { readonly handler: string; readonly states: Readonly<Record<string, number>> }[];
  /** Whether there are more events than were counted. */
  readonly more: boolean;
}

/** Events of one read. */
const PAGE = 1_000;
/** Events that are counted at most. */
const MOST_COUNTED = 100_000;

/** Counts what a plan is about, for whoever is asked whether to go on. */
export async function summarizeReplay(database: Database, plan: ReplayPlan): Promise<ReplaySummary> {
  const counts = new Map<string, Record<string, number>>(plan.ways.map(({ handler }) => [handler, {}]));
  const types = new Set<string>();
  let events = 0;
  for (let after = 0; events < MOST_COUNTED; ) {
    const page = await readCandidates(database, plan, { after, events: PAGE });
    for (const { handler, state, type } of page) {
      types.add(type);
      const states = counts.get(handler) as Record<string, number>;
      states[state] = (states[state] ?? 0) + 1;
    }
    const read = new Set(page.map(({ position }) => position)).size;
    events += read;
    after = page.at(-1)?.position ?? after;
    if (read < PAGE) return { events, types: [...types], handlers: listOf(counts), more: false };
  }
  return { events, types: [...types], handlers: listOf(counts), more: true };
}

function listOf(counts: ReadonlyMap<string, Record<string, number>>): ReplaySummary['handlers'] {
  return [...counts].map(([handler, states]) => ({ handler, states }));
}
