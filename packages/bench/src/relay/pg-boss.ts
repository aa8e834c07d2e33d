import { serveContender } from '../harness/contender';
import { sendAll, urlOf } from '../workload/batcher';
import { startBoss } from '../workload/pg-boss';
import { createTunedClient } from '../workload/sdk-client';

/** pg-boss 10 whose batch handler sends its jobs in full batches of ten; see `startBoss` for its settings. */
serveContender<{ databaseUrl: string; endpoint: string; queueName: string }>(
  async ({ databaseUrl, endpoint, queueName }) => {
    const client = createTunedClient(endpoint);
    const queueUrl = await urlOf(client, queueName);
    const boss = await startBoss(databaseUrl, 'relay', (jobs) =>
      sendAll(
        client,
        queueUrl,
        jobs.map(({ data }) => JSON.stringify(data)),
      ),
    );
    return {
      commands: { wake: async () => boss.wake() },
      async stop() {
        await boss.stop();
        client.destroy();
      },
    };
  },
);
