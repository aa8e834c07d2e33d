import { createSqsTransport, listQueues, type PeekedDelivery, peekQueue, type QueueState } from '@skelly/events';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { readEnv } from './env';
import { readCount, show } from './io';

/** Adds `skelly queues …`. */
export function addQueueCommands(program: Command): void {
  const queues = program.command('queues').description('SQS queues: how full they are, and what is in them');

  queues
    .command('list')
    .description('shows each queue’s depth and the age of what is oldest in it')
    .option('--json', 'as JSON')
    .action(async (given: { json?: boolean }) => {
      const env = readEnv();
      const transport = createSqsTransport({
        endpoint: env.AWS_ENDPOINT_URL_SQS,
        region: env.AWS_REGION,
        prefix: env.SQS_QUEUE_PREFIX,
        visibilityTimeout: env.SQS_VISIBILITY_TIMEOUT,
        fastPath: false,
        answerWithinMs: 3_000,
      });
      try {
        const states = await withBackbone(({ database }) => listQueues({ database, transport }));
        show(given, states, (all) => describeQueues(all, new Date()));
      } finally {
        transport.close();
      }
    });

  queues
    .command('peek')
    .description('shows what a queue’s messages are about, by Postgres: nothing is received, so nothing is used up')
    .argument('<queue>', 'its name without prefix, from `queues list`')
    .option('--limit <count>', 'deliveries, 1 to 1000', '20')
    .option('--after <position>', 'only events after this position, for the next page', '0')
    .option('--data', 'with the events’ data, which may name people')
    .option('--json', 'as JSON')
    .action(async (queue: string, given: { limit: string; after: string; data?: boolean; json?: boolean }) => {
      const page = { limit: readCount('--limit', given.limit, 1_000), after: readCount('--after', given.after) };
      const deliveries = await withBackbone(({ database }) => peekQueue(database, queue, page));
      const shown = given.data ? deliveries : deliveries.map(({ data: _data, ...rest }) => rest);
      show(given, shown, (all) => describeDeliveries(all));
    });
}

/** A line a queue. */
export function describeQueues(states: readonly QueueState[], now: Date): string {
  if (states.length === 0) return 'There is no queue: no handler is registered. Is the stack running (npm start)?\n';
  return states
    .map(({ queue, handlers, depth, deadLetterDepth, oldestAt }) => {
      const counts = depth
        ? `${depth.visible} waiting, ${depth.inFlight} in flight, ${depth.delayed} delayed`
        : 'SQS does not say how full it is';
      const dead = deadLetterDepth ? deadLetterDepth.visible + deadLetterDepth.inFlight : 0;
      const age = oldestAt
        ? `oldest ${Math.max(0, Math.round((now.getTime() - oldestAt.getTime()) / 1_000))} s`
        : 'nothing open';
      return `${queue}  ${counts}, ${age}, ${dead} in its dead-letter queue\n  ${handlers.join(', ')}\n`;
    })
    .join('');
}

/** A line a delivery, and one for its data where it is given. */
export function describeDeliveries(
  deliveries: readonly (Omit<PeekedDelivery, 'data'> & { readonly data?: object })[],
): string {
  if (deliveries.length === 0) return 'Nothing is open there.\n';
  return deliveries
    .map(
      ({ position, occurredAt, type, subject, handler, where, eventId, data }) =>
        `${position}  ${occurredAt.toISOString()}  ${type}  ${subject}  ${handler}  in ${where}  ${eventId}\n` +
        (data ? `  ${JSON.stringify(data)}\n` : ''),
    )
    .join('');
}
