import {
  checkMove,
  countOpen,
  discardOpen,
  type MoveResult,
  moveMessages,
  type QueueTransport,
  requireNote,
} from '@skelly/events';
import type { Command } from 'commander';
import { type Backbone, withBackbone } from './backbone';
import { confirm } from './confirm';
import { readCount, show, untilInterrupted } from './io';
import { record } from './operator';
import { withTransport } from './transport';

interface AskOptions {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Adds the commands that change what is in queues: each shows what it is about to do, and asks. */
export function addQueueChanges(queues: Command): void {
  asking(queues.command('move'))
    .description(
      'moves messages to another queue, such as main-dlq to main, or from the one that a handler had before: receives, sends, deletes; what is broken off goes on with the next run',
    )
    .argument('<from>', 'any queue that there is, without prefix; {queue}-dlq for a dead-letter queue')
    .argument('<to>', 'a queue that a handler has')
    .option('--rate <count>', 'messages a second, 1 to 1000', '100')
    .option('--limit <count>', 'messages of this run, 1 to 100000', '100000')
    .action(async (from: string, to: string, given: AskOptions & { rate: string; limit: string }) => {
      const perSecond = readCount('--rate', given.rate, 1_000);
      const limit = readCount('--limit', given.limit, 100_000);
      await withTransport((transport) =>
        withBackbone(async ({ database }) => {
          const { visible, inFlight } = await checkMove({ database, transport }, { from, to });
          const preview =
            `${from} has ${visible} messages to move${inFlight > 0 ? `, and ${inFlight} in flight that stay` : ''}. At ${perSecond} a second they go to ${to}; ` +
            'what its handlers have done already they do not do twice.\n' +
            (from.endsWith('-dlq')
              ? 'The relay takes over what is in a dead-letter queue within seconds; that is in `dlq list`, and is not moved.\n'
              : '');
          if (!(await mayGoOn(given, preview, `Move them to ${to}?`))) return;
          await record(database.queries, {
            action: 'queues.move',
            target: from,
            reason: given.reason,
            detail: { to, perSecond, limit, visible },
          });
          const result = await untilInterrupted((signal) =>
            moveMessages({ transport }, { from, to, perSecond, limit, signal }),
          );
          show(given, result, (done) => describeMove(done, to));
          if (result.stopped !== 'empty' && result.stopped !== 'limit') process.exitCode = 1;
        }),
      );
    });

  asking(queues.command('purge'))
    .description(
      'deletes every message of a queue. Events stay, so what its handlers have not finished is sent again; with --discard they never get it',
    )
    .argument('<queue>', 'a queue that a handler has')
    .option('--discard', 'gives up for good what the handlers have not finished; needs --reason')
    .action(async (queue: string, given: AskOptions & { discard?: boolean }) => {
      if (given.discard) requireNote(given.reason ?? '');
      await withTransport((transport) => withBackbone((backbone) => purge({ ...backbone, transport }, queue, given)));
    });
}

async function purge(
  { database, transport }: Backbone & { readonly transport: QueueTransport },
  queue: string,
  given: AskOptions & { readonly discard?: boolean },
): Promise<void> {
  const { reason, discard = false } = given;
  const open = await countOpen(database, queue);
  const count = open.orMore ? '100,000 or more' : `${open.count}`;
  const { visible, inFlight, delayed } = await transport.depth(queue);
  const messages = visible + inFlight + delayed;
  const preview =
    `${queue} has ${messages} messages, and its handlers have not finished ${count} deliveries.\n` +
    (discard
      ? 'All of these deliveries are given up for good: events stay in the log, these handlers never run for them.\n'
      : 'Events are in Postgres: whatever is unfinished is found missing after half a minute or so, and sent again. To give it up, add --discard.\n');
  if (!(await mayGoOn(given, preview, discard ? 'Give them up for good?' : 'Delete the messages?'))) return;
  const detail = { discard, messages, ...open };
  await record(database.queries, { action: 'queues.purge', target: queue, reason, detail });
  // First, so that no message of theirs runs any more.
  const { discarded, stopped } = discard
    ? await untilInterrupted((signal) =>
        discardOpen(database, queue, { upTo: open.upTo, reason: reason ?? '', signal }),
      )
    : { discarded: 0, stopped: false };
  if (stopped) process.exitCode = 1;
  else await transport.purge(queue);
  show(given, { queue, messages, discarded, stopped }, () => {
    if (stopped) return `Broken off: ${discarded} of ${count} are given up, nothing was purged; run it again.\n`;
    return discard
      ? `${queue} is empty; ${discarded} deliveries are given up.\n`
      : `${queue} is empty; what is unfinished is sent again by itself.\n`;
  });
}

function asking(command: Command): Command {
  return command
    .option('--reason <text>', 'why, kept in the audit')
    .option('--yes', 'without being asked')
    .option('--json', 'as JSON; needs --yes');
}

async function mayGoOn({ yes, json }: AskOptions, preview: string, question: string): Promise<boolean> {
  if (yes) return true;
  if (json) throw new Error('--json asks nothing: add --yes. Nothing was changed.');
  process.stdout.write(preview);
  return confirm(question);
}

function describeMove({ moved, refused, stopped, error }: MoveResult, to: string): string {
  const why = {
    empty: 'nothing is left that can be received',
    limit: 'that is as many as one run may move; run it again for the rest',
    refused: `${to} refused ${refused}, which stay where they are`,
    aborted: 'it was broken off; run it again for the rest',
    failed: `then it failed (${error}); run it again for the rest`,
  }[stopped];
  return `Moved ${moved} messages to ${to}; ${why}.\n`;
}
