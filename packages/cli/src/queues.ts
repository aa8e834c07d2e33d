import { LOOKED_AT_MOST, listQueues, peekMessages, peekQueue, searchQueues } from '@skelly/events';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { readCount, show } from './io';
import { allowData } from './operator';
import { addQueueChanges } from './queues-change';
import { describeDeliveries, describeMessages, describeQueues, describeSearch } from './queues-text';
import { withTransport } from './transport';

interface PeekOptions {
  readonly limit: string;
  readonly after: string;
  readonly dlq?: boolean;
  readonly data?: boolean;
  readonly json?: boolean;
}

interface SearchOptions {
  readonly queue?: string;
  readonly limit: string;
  readonly data?: boolean;
  readonly json?: boolean;
}

/** Adds `skelly queues …`. */
export function addQueueCommands(program: Command): void {
  const queues = program.command('queues').description('SQS queues: how full they are, and what is in them');

  queues
    .command('list')
    .description('shows each queue’s depth and the age of what is oldest in it')
    .option('--json', 'as JSON')
    .action(async (given: { json?: boolean }) => {
      const states = await withTransport((transport) =>
        withBackbone(({ database }) => listQueues({ database, transport })),
      );
      show(given, states, (all) => describeQueues(all, new Date()));
    });

  queues
    .command('peek')
    .description(
      'shows what a queue’s messages are about, by Postgres: nothing is received, so nothing is used up. A dead-letter queue is looked into by receiving',
    )
    .argument('<queue>', 'its name without prefix, from `queues list`')
    .option('--dlq', 'its dead-letter queue instead: receives up to 100 messages and gives them back at once')
    .option('--limit <count>', 'deliveries, 1 to 1000; messages of --dlq, 1 to 100', '20')
    .option('--after <position>', 'only events after this position, for the next page', '0')
    .option('--data', 'with the events’ data, which may name people: for admins, and recorded')
    .option('--json', 'as JSON')
    .action(async (queue: string, given: PeekOptions) => (given.dlq ? peekDeadLetters : peek)(queue, given));

  queues
    .command('search')
    .description(
      `finds open deliveries by event type, subject, event id, correlation id or handler, in Postgres: ${LOOKED_AT_MOST} are looked at, the oldest of each handler, nothing is received`,
    )
    .argument('<text>', 'part of one of them, 2 to 200 characters, upper and lower case alike')
    .option('--queue <queue>', 'only in this one')
    .option('--limit <count>', 'deliveries that are shown, 1 to 1000', '20')
    .option('--data', 'searches and shows the events’ data too, which may name people: for admins, and recorded')
    .option('--json', 'as JSON')
    .action(async (text: string, given: SearchOptions) => {
      const { queue, data: inData = false } = given;
      const limit = readCount('--limit', given.limit, 1_000);
      const result = await withBackbone(async (backbone) => {
        // The text itself may name somebody: it is not kept.
        if (inData) await allowData(backbone, { action: 'queues.search-data', target: queue });
        return searchQueues(backbone.database, text, { queue, inData, limit });
      });
      const found = inData ? result.found : result.found.map(({ data: _data, ...rest }) => rest);
      show(given, { ...result, found }, describeSearch);
    });

  addQueueChanges(queues);
}

async function peek(queue: string, given: PeekOptions): Promise<void> {
  const page = { limit: readCount('--limit', given.limit, 1_000), after: readCount('--after', given.after) };
  const deliveries = await withBackbone(async (backbone) => {
    if (given.data) await allowData(backbone, { action: 'queues.peek-data', target: queue, detail: page });
    return peekQueue(backbone.database, queue, page);
  });
  const shown = given.data ? deliveries : deliveries.map(({ data: _data, ...rest }) => rest);
  show(given, shown, (all) => describeDeliveries(all));
}

async function peekDeadLetters(queue: string, given: PeekOptions): Promise<void> {
  const limit = readCount('--limit', given.limit, 100);
  const dlq = `${queue}-dlq`;
  const messages = await withBackbone(async (backbone) => {
    if (given.data) await allowData(backbone, { action: 'queues.peek-data', target: dlq, detail: { limit } });
    return withTransport((transport) => peekMessages(transport, dlq, { limit }));
  });
  const shown = given.data ? messages : messages.map(({ body: _body, ...rest }) => rest);
  show(given, shown, describeMessages);
}
