import PgBoss from 'pg-boss';

/** Jobs that one fetch takes; more gain nothing. */
const BATCH_SIZE = 500;
const WORKERS = 3;

/** A running pg-boss of one queue. */
export interface RunningBoss {
  /** The hint that a producer may send: fetch now. */
  wake(): void;
  stop(): Promise<void>;
}

/**
 * pg-boss 10 at its best: batches of 500 by three workers that fetch again at once as long as jobs come (by itself it waits
 * half a second), no order by priority, and no maintenance or schedules beside. It writes completions without
 * waiting for them.
 */
export async function startBoss<Data extends object>(
  databaseUrl: string,
  queue: string,
  handle: (jobs: readonly PgBoss.Job<Data>[]) => Promise<void>,
): Promise<RunningBoss> {
  const boss = new PgBoss({ connectionString: databaseUrl, max: 12, supervise: false, schedule: false });
  boss.on('error', console.error);
  await boss.start();
  await boss.createQueue(queue);
  const ids: string[] = [];
  for (let nth = 0; nth < WORKERS; nth += 1) {
    const id: string = await boss.work<Data>(
      queue,
      { batchSize: BATCH_SIZE, pollingIntervalSeconds: 0.5, priority: false },
      async (jobs) => {
        boss.notifyWorker(id);
        await handle(jobs);
      },
    );
    ids.push(id);
  }
  return {
    wake() {
      for (const id of ids) boss.notifyWorker(id);
    },
    stop: () => boss.stop({ graceful: false }),
  };
}

/** Puts `$1` jobs of 500 B into a queue. Parameters: count, padding, queue. */
export const ADD_JOBS = `
  insert into pgboss.job (name, data)
  select $3, jsonb_build_object('userId', 'user-' || lpad((nth % 1000)::text, 4, '0'), 'amount', 1, 'padding', $2::text)
  from generate_series(0, $1::int - 1) as nth`;
