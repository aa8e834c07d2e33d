import type { Child } from '../harness/child';
import type { Lab, LabDatabase, LabQueues } from '../harness/lab';

/**
 * Starts the relay app's own bundle on a step's database and queues, with its defaults but for two: benches that look at the relay
 * alone let nobody empty a queue or finish anything, so it may fill a queue, and takes nothing for lost.
 */
export function startRelayApp(
  lab: Lab,
  { database, queues, env = {} }: { database: LabDatabase; queues: LabQueues; env?: Readonly<Record<string, string>> },
): Promise<Child> {
  return lab.startApp('relay', {
    DATABASE_URL: database.url,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    SQS_QUEUE_PREFIX: queues.prefix,
    EVENT_QUEUE_MAX_DEPTH: '1000000',
    EVENT_RECONCILE_GRACE: '3500',
    ...env,
  });
}
