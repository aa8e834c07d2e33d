import type { Lab, LabDatabase, LabQueues } from '../harness/lab';
import { commitCountedEvents, routeCounted } from './counted-events';
import { createCounters } from './counters';
import { untilHolding } from './messages';
import { QUEUE } from './queue';
import { startRelayApp } from './relay-app';

/** A queue that holds so many counted events for one handler, sent by the relay, which has ended. */
export async function holdMessages(
  lab: Lab,
  { handler, total }: { readonly handler: string; readonly total: number },
): Promise<{ database: LabDatabase; queues: LabQueues }> {
  const database = await lab.database();
  const queues = await lab.queues([QUEUE]);
  await createCounters(database);
  await routeCounted(database, [handler]);
  await commitCountedEvents(database, total);
  const relay = await startRelayApp(lab, { database, queues });
  await untilHolding(queues, QUEUE, total, { watch: () => relay.assertRunning() });
  await relay.stop();
  await database.pool.query('analyze');
  return { database, queues };
}
