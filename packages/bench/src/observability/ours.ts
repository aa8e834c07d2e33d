import { composeMiddleware, defineHandler, eventLogFields, logCalls, traceCalls } from '@skelly/events';
import {
  closeServer,
  countWorker,
  createInspectionServer,
  createLogger,
  createMetrics,
  createReadiness,
  createTracing,
  listen,
} from '@skelly/runtime';
import { sql } from 'drizzle-orm';
import { serveContender } from '../harness/contender';
import { startBenchWorker, type WorkerArgument } from '../workload/bench-worker';
import { COUNT_ID, counted } from '../workload/counted';

const countEvent = defineHandler({
  id: COUNT_ID,
  on: counted,
  async handle({ data }, work) {
    await work.tx.execute(sql`update bench_counter set value = value + ${data.amount} where user_id = ${data.userId}`);
  },
});

/** A worker that is seen as the worker app is when all is on; with `collector: null` as by nobody. */
serveContender<WorkerArgument & { collector: string | null }>(async ({ collector, ...argument }) => {
  if (collector === null) return startBenchWorker(argument, [countEvent]);
  const log = createLogger({ service: 'worker', level: 'info', context: eventLogFields });
  const readiness = createReadiness();
  const metrics = createMetrics({ readiness });
  const tracing = await createTracing(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_SAMPLER_ARG: 1,
    },
    { service: 'worker', instance: 'bench', log },
  );
  const inspection = createInspectionServer({ readiness, metrics });
  const port = await listen(inspection, { host: '127.0.0.1', port: 0 });
  const worker = await startBenchWorker(argument, [countEvent], {
    log,
    observe: countWorker(metrics, [COUNT_ID]),
    around: composeMiddleware([...(tracing ? [traceCalls(tracing)] : []), logCalls({ log })]),
  });
  return {
    commands: { metrics: async () => `http://127.0.0.1:${port}/metrics` },
    async stop() {
      await worker.stop();
      await closeServer(inspection);
      await tracing?.close();
    },
  };
});
