import { createDatabase } from '@skelly/db';
import { createHandlerRegistry } from '@skelly/events';
import { rehearseRequest } from '@skelly/events/replay';
import { serveContender } from '../harness/contender';
import { COUNT_ID, counted } from '../workload/counted';
import { countEvent } from '../workload/counted-handlers';

/** What a dry run has tried, and how long it took in milliseconds. */
export interface Rehearsed {
  readonly worked: number;
  readonly updated: number;
  readonly ms: number;
}

/** A dry run as the command starts it, with a bench's handler in the place of the product's. */
serveContender<{ databaseUrl: string }>(async ({ databaseUrl: url }) => {
  const database = createDatabase({
    url,
    max: 10,
    queryTimeoutMs: 60_000,
    applicationName: 'bench-rehearsal',
    onConnectionError: (error) => console.error(error),
  });
  const deps = {
    database,
    registry: createHandlerRegistry({ [counted.type]: [countEvent] }),
    now: () => new Date(),
    defaults: {
      timeoutMs: 30_000,
      retry: { maxAttempts: 3, backoffMs: 1_000, exponentialBackoff: true, jitter: true },
    },
  };
  return {
    commands: {
      async rehearse({ limit }: { limit: number }): Promise<Rehearsed> {
        const begun = performance.now();
        const replay = { selection: { type: counted.type }, handlers: [COUNT_ID], again: false };
        const { worked, rows } = await rehearseRequest(deps, { limit, replay });
        return { worked, updated: rows[0]?.updated ?? 0, ms: performance.now() - begun };
      },
    },
    stop: () => database.close(),
  };
});
