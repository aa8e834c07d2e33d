import type { Child } from '../harness/child';
import type { Lab, LabDatabase, LabQueues } from '../harness/lab';

/** Starts the relay app's own bundle with its defaults, on a step's database and queues. */
export function startRelayApp(
  lab: Lab,
  { database, queues, env = {} }: { database: LabDatabase; queues: LabQueues; env?: Readonly<Record<string, string>> },
): Promise<Child> {
  return lab.startApp('relay', {
    DATABASE_URL: database.url,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    SQS_QUEUE_PREFIX: queues.prefix,
    ...env,
  });
}
