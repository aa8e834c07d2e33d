import { findEventWay, listEvents } from '@skelly/domain/ops';
import { createFollower, type Positioned } from '@skelly/events/follow';
import { opsEventsQuery } from '@skelly/types/ops';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { describeEvents, describeWay, tailLine } from './events-text';
import { readCount, readId, show, untilInterrupted } from './io';
import { allowData } from './operator';

interface ListOptions {
  readonly type?: string;
  readonly subject?: string;
  readonly correlation?: string;
  readonly limit: string;
  readonly before?: string;
  readonly json?: boolean;
}

/** An event as it goes by. */
export interface TailRow extends Positioned {
  readonly eventId: string;
  readonly type: string;
  readonly subject: string;
  readonly actor: string;
  readonly occurredAt: Date;
}

/** Adds `skelly events …`. */
export function addEventCommands(program: Command): void {
  const events = program.command('events').description('the event log, and the way of each event');

  events
    .command('list')
    .description('shows events, newest first, with how far their handlers are')
    .option('--type <start>', 'only types that begin with this, such as user:')
    .option('--subject <subject>', 'only of this subject, such as user:0199…')
    .option('--correlation <id>', 'only what one request set in motion')
    .option('--limit <count>', 'events of a page, 1 to 200', '20')
    .option('--before <position>', 'only events before this position, for the next page')
    .option('--json', 'as JSON')
    .action(async (given: ListOptions) => {
      const query = {
        limit: readCount('--limit', given.limit, 200),
        ...(given.before === undefined ? {} : { before: readCount('--before', given.before) }),
        type: given.type,
        subject: given.subject,
        correlation: given.correlation,
      };
      const parsed = opsEventsQuery.safeParse(query);
      if (!parsed.success) {
        throw new Error(parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'));
      }
      const page = await withBackbone(({ database }) => listEvents(database.queries, parsed.data));
      const { items, nextBefore } = page;
      show(given, { items, nextBefore }, describeEvents);
    });

  events
    .command('show')
    .description('shows an event’s way: emitted, relayed, received, each handler and try, pushed, shown')
    .argument('<id>', 'the event’s id')
    .option('--data', 'with its data, which may name people')
    .option('--json', 'as JSON')
    .action(async (text: string, given: { data?: boolean; json?: boolean }) => {
      const id = readId('<id>', text);
      const way = await withBackbone(async (backbone) => {
        if (given.data) await allowData(backbone, { action: 'events.show-data', target: id });
        return findEventWay(backbone.database.queries, id);
      });
      if (!way) throw new Error(`The log has no event ${id}. \`skelly events list\` shows what there is.`);
      const { data, ...rest } = way;
      show(given, given.data ? way : rest, (shown) => describeWay(way, 'data' in shown ? data : undefined));
    });

  events
    .command('tail')
    .description('shows events as they are committed, until Ctrl-C')
    .option('--type <start>', 'only types that begin with this')
    .option('--json', 'one JSON object a line')
    .action(async ({ type = '', json }: { type?: string; json?: boolean }) => {
      await withBackbone(async ({ database }) => {
        const follower = createFollower<TailRow>({
          db: database.pool,
          source: {
            table: 'event_history',
            columns: 'event_id as "eventId", type, subject, actor, occurred_at as "occurredAt"',
          },
          onRead(rows) {
            for (const row of rows) {
              if (row.type.startsWith(type)) process.stdout.write(json ? `${JSON.stringify(row)}\n` : tailLine(row));
            }
          },
          onError: (error) =>
            process.stderr.write(`The log cannot be read now; trying on: ${(error as Error).message}\n`),
        });
        await untilInterrupted(
          (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
        );
        await follower.close();
      });
    });
}
