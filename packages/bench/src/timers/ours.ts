import { createDatabase } from '@skelly/db';
import { createNotifier, createSqsTransport, startPartitioner, startRelay } from '@skelly/events';
import { serveContender } from '../harness/contender';
import { counted } from '../workload/counted';

/** The relay app's parts and defaults, with the bench's contract in the place of the catalog: a timer's event has to be known. */
serveContender<{ databaseUrl: string; endpoint: string; prefix: string }>(
  async ({ databaseUrl: url, endpoint, prefix }) => {
    const onConnectionError = (error: Error) => console.error(error);
    const database = createDatabase({ url, max: 10, applicationName: 'bench-relay', onConnectionError });
    const notifier = createNotifier({ url, applicationName: 'bench-relay-hints', onError: onConnectionError });
    const transport = createSqsTransport({ endpoint, region: 'us-east-1', prefix, visibilityTimeout: 60 });
    const quiet = () => undefined;
    const log = { debug: quiet, info: quiet, warn: console.error, error: console.error };
    const now = () => new Date();
    const partitioner = startPartitioner({ database, log, now });
    const relay = startRelay(
      {
        database,
        directUrl: url,
        transport,
        notifier,
        findContract: (type) => (type === counted.type ? counted : undefined),
        log,
        now,
      },
      // The receiver is no worker, so nothing is ever finished: it would all count as lost, and come again.
      { pollingIntervalMs: 5_000, reconcileGraceSeconds: 3_600 },
    );
    return {
      async stop() {
        await relay.stop();
        await partitioner.stop();
        await notifier.close();
        await database.close();
      },
    };
  },
);
