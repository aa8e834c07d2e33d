import { requireNote } from '@skelly/events';
import {
  createReplay,
  driveReplay,
  findMissing,
  findWays,
  listReplays,
  planReplay,
  type ReplaySelection,
  type ReplayWays,
  showReplay,
  summarizeReplay,
} from '@skelly/events/replay';
import { EventType, findContract } from '@skelly/types/events';
import type { Command } from 'commander';
import { type Backbone, withBackbone } from './backbone';
import { confirm } from './confirm';
import { readCount, readId, show, untilInterrupted } from './io';
import { readMoment } from './moment';
import { record } from './operator';
import { askForRehearsal, showRehearsal } from './rehearse';
import { describeRehearsal, describeReplay, describeReplays, describeSummary } from './replay-text';

interface RunOptions {
  readonly type?: string;
  readonly since?: string;
  readonly until?: string;
  readonly subject?: string;
  readonly correlation?: string;
  readonly handler: readonly string[];
  readonly again?: boolean;
  readonly dryRun?: boolean;
  readonly limit: string;
  readonly rate: string;
  readonly reason?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Deliveries of the rehearsal that goes before a question. */
const SAMPLE = 100;

const EXAMPLES = `
Examples:
  skelly replay --type user:registered --since 2h --dry-run
  skelly replay --type user:registered --handler user.count-registration --since 7d --reason "the counter is new"
  skelly replay --subject user:0199a1b2-0000-7000-8000-000000000001 --again --dry-run

Dead letters are sent again by \`skelly dlq retry\`, which has --dry-run too.`;

/** Adds `skelly replay …`. */
export function addReplayCommands(program: Command): void {
  const replay = program
    .command('replay')
    .description('events once more to their handlers: try what it would do, then send what is unfinished')
    .addHelpText('after', EXAMPLES);

  replay
    .command('run', { isDefault: true })
    .description('sends what is unfinished of the events selected; with --dry-run tries it and rolls it back')
    .argument('[ids...]', 'ids of events')
    .option('--type <type>', 'those of one event type')
    .option('--since <time>', 'those written from then on: 30m, 2h, 7d ago, a day, or a moment')
    .option('--until <time>', 'those written before then')
    .option('--subject <subject>', 'those of one subject, such as user:0199…')
    .option('--correlation <id>', 'those that one request set in motion')
    .option('--handler <id>', 'for this handler alone; repeat it for several. Effects run only when named', collect, [])
    .option('--again', 'those that have finished, once more, instead of the unfinished')
    .option('--dry-run', 'says what would happen, and changes nothing')
    .option('--limit <count>', 'deliveries of a dry run, 1 to 100000', '10000')
    .option('--rate <count>', 'deliveries a second, 1 to 1000', '50')
    .option('--reason <text>', 'why, kept with the replay')
    .option('--yes', 'without being asked')
    .option('--json', 'as JSON; needs --yes or --dry-run')
    .addHelpText('after', EXAMPLES)
    .action((ids: string[], given: RunOptions) => run(ids, given));

  replay
    .command('resume')
    .description('goes on with a replay that stopped, was interrupted or killed; takes it over from whoever drives it')
    .argument('<id>', 'of the replay, from `replay list`')
    .option('--json', 'as JSON')
    .action((id: string, given: { json?: boolean }) =>
      withBackbone((backbone) => resume(backbone, readId('<id>', id), given)),
    );

  replay
    .command('list')
    .description('shows replays, newest first')
    .option('--limit <count>', 'how many, 1 to 1000', '20')
    .option('--json', 'as JSON')
    .action(async (given: { limit: string; json?: boolean }) => {
      const limit = readCount('--limit', given.limit, 1_000);
      show(given, await withBackbone(({ database }) => listReplays(database, limit)), describeReplays);
    });

  replay
    .command('show')
    .description('shows how a replay stands')
    .argument('<id>', 'of the replay')
    .option('--json', 'as JSON')
    .action(async (id: string, given: { json?: boolean }) => {
      show(given, await withBackbone(({ database }) => showReplay(database, readId('<id>', id))), describeReplay);
    });
}

async function run(ids: readonly string[], given: RunOptions): Promise<void> {
  const selection = selectionOf(ids, given, new Date());
  const limit = readCount('--limit', given.limit, 100_000);
  const perSecond = readCount('--rate', given.rate, 1_000);
  const again = given.again ?? false;
  if (given.reason !== undefined) requireNote(given.reason);
  await withBackbone(async (backbone) => {
    const { database, events } = backbone;
    const ways = await findWays(database, selection, { handlers: given.handler, types: Object.values(EventType) });
    await refuseMissing(backbone, selection);
    const handlers = [...new Set(ways.ways.map(({ handler }) => handler))];
    const rehearsed = { replay: { selection: JSON.parse(JSON.stringify(selection)), handlers, again } };
    if (given.dryRun) return showRehearsal(given, { ...rehearsed, limit });
    if (given.json && !given.yes) throw new Error('--json asks nothing: add --yes.');
    const upTo = await requireWork(backbone, { selection, handlers, ways, again, perSecond }, given);
    if (!given.yes) {
      if (again) {
        process.stdout.write(`\nThe first of them, at most ${SAMPLE}, tried:\n`);
        const shown = { replay: { ...rehearsed.replay, upTo }, limit: SAMPLE };
        const sample = await untilInterrupted((signal) => askForRehearsal(shown, signal));
        process.stdout.write(describeRehearsal({ ...sample, stopped: null }));
      }
      if (!(await confirm('Send them?'))) return;
    }
    const id = await events.transaction(async ({ tx }) => {
      const note = given.reason ?? null;
      const created = await createReplay(tx, { selection, handlers, again, upTo, perSecond, note });
      const detail = { selection, handlers, again, perSecond };
      await record(tx, { action: 'replay.run', target: created, reason: note, detail });
      return created;
    });
    await drive(backbone, id, given);
  });
}

/** Shows what a replay is about. @returns the position up to which it was shown. @throws Error when that is nothing */
async function requireWork(
  { database }: Backbone,
  asked: {
    readonly selection: ReplaySelection;
    readonly handlers: readonly string[];
    readonly ways: ReplayWays;
    readonly again: boolean;
    readonly perSecond: number;
  },
  { yes }: { readonly yes?: boolean },
): Promise<number> {
  const plan = await planReplay(database, asked);
  const summary = await summarizeReplay(database, plan);
  if (summary.events === 0)
    throw new Error('No event is like that for these handlers. `skelly events list` shows what there is.');
  if (!yes) process.stdout.write(describeSummary(summary, asked.ways, asked));
  return plan.upTo;
}

/** Goes on with a replay. One that has finished is not, so that is not recorded. */
async function resume(backbone: Backbone, id: string, given: { readonly json?: boolean }): Promise<void> {
  const { state } = await showReplay(backbone.database, id);
  if (state !== 'finished') await record(backbone.database.queries, { action: 'replay.resume', target: id });
  await drive(backbone, id, given);
}

async function drive({ database, notifier }: Backbone, id: string, given: { readonly json?: boolean }): Promise<void> {
  // So that whoever kills the command knows what to resume.
  if (!given.json) process.stdout.write(`Replay ${id}\n`);
  const replay = await untilInterrupted((signal) =>
    driveReplay({ database, notifier, findContract }, id, {
      signal,
      onProgress: given.json ? undefined : reportProgress(),
    }),
  );
  show(given, replay, describeReplay);
  if (replay.state !== 'finished' || replay.failed > 0) process.exitCode = 1;
}

/** Says how far it is every few seconds, where somebody looks on. */
function reportProgress() {
  let said = Date.now();
  return ({ sent, finished, failed, open }: { sent: number; finished: number; failed: number; open: number }) => {
    if (!process.stdout.isTTY || Date.now() - said < 2_000) return;
    said = Date.now();
    process.stdout.write(`  ${sent} sent, ${finished} finished, ${failed} failed, ${open} under way\n`);
  };
}

function selectionOf(ids: readonly string[], given: RunOptions, now: Date): ReplaySelection {
  const { type, subject, since, until, correlation } = given;
  return {
    ...(ids.length > 0 ? { ids: ids.map((id) => readId('[ids...]', id)) } : {}),
    ...(type === undefined ? {} : { type }),
    ...(subject === undefined ? {} : { subject }),
    ...(correlation === undefined ? {} : { correlation: readId('--correlation', correlation) }),
    ...(since === undefined ? {} : { since: readMoment('--since', since, now) }),
    ...(until === undefined ? {} : { until: readMoment('--until', until, now) }),
  };
}

/** @throws Error naming ids that the log has not */
async function refuseMissing({ database }: Backbone, { ids }: ReplaySelection): Promise<void> {
  const missing = ids ? await findMissing(database, ids) : [];
  if (missing.length > 0)
    throw new Error(
      `The log has no event ${missing.slice(0, 5).join(', ')}. \`skelly events list\` shows what there is.`,
    );
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
