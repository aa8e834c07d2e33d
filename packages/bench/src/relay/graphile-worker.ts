import { Logger, run } from 'graphile-worker';
import { serveContender } from '../harness/contender';
import { createBatcher, urlOf } from '../workload/batcher';
import { createTunedClient } from '../workload/sdk-client';

/**
 * graphile-worker 0.17 as its page on performance asks for: jobs fetched 500 at a time into a local queue, completions
 * written in batches, prepared statements (its default). Twenty-four jobs run at once, and ten of them share a
 * SendMessageBatch; fewer leave batches unfilled, more only wait.
 */
serveContender<{ databaseUrl: string; endpoint: string; queueName: string }>(
  async ({ databaseUrl, endpoint, queueName }) => {
    const client = createTunedClient(endpoint);
    const send = createBatcher(client, await urlOf(client, queueName));
    const runner = await run({
      preset: {
        worker: {
          connectionString: databaseUrl,
          concurrentJobs: 100,
          maxPoolSize: 12,
          localQueue: { size: 500 },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      },
      noHandleSignals: true,
      logger: new Logger(() => () => undefined),
      taskList: { relay: (payload) => send(JSON.stringify(payload)) },
    });
    return {
      async stop() {
        await runner.stop();
        client.destroy();
      },
    };
  },
);
