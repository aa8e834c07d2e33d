import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase } from '@skelly/db';
import { createEventSystem, createNotifier } from '@skelly/events';
import { sql } from 'drizzle-orm';
import { serveContender } from '../harness/contender';
import { counted, countedData } from '../workload/counted';

export interface EmitArgument {
  readonly databaseUrl: string;
  readonly clients: number;
  /** `emit`: a unit of work of one insert that emits. `without event`: the same unit without. `plain pg`: begin, insert, commit. */
  readonly kind: 'emit' | 'without event' | 'plain pg';
}

const INSERT = 'insert into bench_row (nth, note) values ($1, $2)';

/** Clients that each run one transaction after the other, in one process, on a connection each. */
serveContender<EmitArgument>(async ({ databaseUrl: url, clients, kind }) => {
  const onConnectionError = (error: Error) => console.error(error);
  const database = createDatabase({ url, max: clients, applicationName: 'bench-emit', onConnectionError });
  const notifier = createNotifier({ url, applicationName: 'bench-emit-hints', onError: onConnectionError });
  const events = createEventSystem({ database, notifier, now: () => new Date() });

  async function inUnitOfWork(nth: number): Promise<void> {
    await events.transaction(async (work) => {
      await work.tx.execute(sql`insert into bench_row (nth, note) values (${nth}, 'a row of state')`);
      if (kind === 'emit') work.emit(counted, countedData(nth));
    });
  }

  async function inPlainTransaction(nth: number): Promise<void> {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query(INSERT, [nth, 'a row of state']);
      await client.query('commit');
    } finally {
      client.release();
    }
  }

  const transact = kind === 'plain pg' ? inPlainTransaction : inUnitOfWork;
  return {
    commands: {
      /** @returns transactions a second. */
      async run(seconds: number): Promise<number> {
        let done = 0;
        let ended = false;
        const begun = performance.now();
        async function client(): Promise<void> {
          while (!ended) {
            await transact(done);
            done += 1;
          }
        }
        const running = Array.from({ length: clients }, client);
        await delay(seconds * 1_000);
        const rate = (done / (performance.now() - begun)) * 1_000;
        ended = true;
        await Promise.all(running);
        return rate;
      },
    },
    async stop() {
      await notifier.close();
      await database.close();
    },
  };
});
