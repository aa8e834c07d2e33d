import { defineBatchHandler } from '@skelly/events';
import { sql } from 'drizzle-orm';
import { serveContender } from '../harness/contender';
import { startBenchWorker, type WorkerArgument } from '../workload/bench-worker';
import { COUNT_BATCH_ID, counted } from '../workload/counted';
import { countEvent } from '../workload/counted-handlers';

/** What `countEvent` does, for many at once, by the statement that the peers' batch handlers run; the inbox rows are the backbone's. */
const countEvents = defineBatchHandler({
  id: COUNT_BATCH_ID,
  on: counted,
  batchSize: 500,
  async handle(events, work) {
    const userIds = sql.param(events.map(({ data }) => data.userId));
    const amounts = sql.param(events.map(({ data }) => data.amount));
    await work.tx.execute(sql`
      with sums as (
        select user_id, sum(amount) as amount
        from unnest(${userIds}::text[], ${amounts}::int[]) as given (user_id, amount) group by user_id
      ), locked as (
        select user_id, sums.amount from bench_counter join sums using (user_id) order by user_id for update of bench_counter
      )
      update bench_counter as counter set value = counter.value + locked.amount
      from locked where counter.user_id = locked.user_id`);
  },
});

serveContender<WorkerArgument & { kind: 'plain' | 'batch' }>((argument) =>
  startBenchWorker(argument, [argument.kind === 'plain' ? countEvent : countEvents]),
);
