import pg from 'pg';
import { serveContender } from '../harness/contender';
import type { CountedData } from '../workload/counted';
import { countSet } from '../workload/counters';
import { startBoss } from '../workload/pg-boss';

/** pg-boss 10 with the set-based statement as its batch handler; see `startBoss` for its settings. */
serveContender<{ databaseUrl: string }>(async ({ databaseUrl }) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const boss = await startBoss<CountedData>(databaseUrl, 'count', (jobs) =>
    countSet(
      pool,
      jobs.map(({ id, data }) => ({ id, userId: data.userId, amount: data.amount })),
    ),
  );
  return {
    commands: { wake: async () => boss.wake() },
    async stop() {
      await boss.stop();
      await pool.end();
    },
  };
});
