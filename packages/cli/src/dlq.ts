import {
  AT_ONCE,
  type DeadLetterSelection,
  discardDeadLetters,
  editDeadLetter,
  groupDeadLetters,
  listDeadLetters,
  requireNote,
  runRetries,
  showDeadLetter,
} from '@skelly/events';
import { findContract } from '@skelly/types/events';
import type { Command } from 'commander';
import { type Backbone, withBackbone } from './backbone';
import { confirm } from './confirm';
import { describeGroups, describeLetter, describeLetters, describeRetries } from './dlq-text';
import { readCount, readJson, show, untilInterrupted } from './io';
import { allowData, record } from './operator';
import { showRehearsal } from './rehearse';

interface SelectionOptions {
  readonly fingerprint?: string;
  readonly handler?: string;
  readonly type?: string;
  readonly all?: boolean;
}

interface JsonOption {
  readonly json?: boolean;
}

/** Adds `skelly dlq …`. */
export function addDeadLetterCommands(program: Command): void {
  const dlq = program
    .command('dlq')
    .description('dead letters: what a handler could not do, and nobody tries any more');

  selectable(dlq.command('list'))
    .description('shows open dead letters, those of one cause together')
    .option('--each', 'one line a letter, oldest first')
    .option('--limit <count>', 'letters of --each, 1 to 1000', '100')
    .option('--after <id>', 'only letters after this one, for the next page of --each', '0')
    .option('--json', 'as JSON')
    .action(async (given: SelectionOptions & JsonOption & { each?: boolean; limit: string; after: string }) => {
      const selection = selectionOf([], given, { all: true });
      const page = { limit: readCount('--limit', given.limit, 1_000), after: readCount('--after', given.after) };
      await withBackbone(async ({ database }) => {
        if (given.each) show(given, await listDeadLetters(database, selection, page), describeLetters);
        else show(given, await groupDeadLetters(database, selection), describeGroups);
      });
    });

  dlq
    .command('show')
    .description('shows why one died: error, stack, every try, and the event')
    .argument('<id>', 'number of the letter, from `dlq list --each`')
    .option('--data', 'with the event’s data and the text of unreadable messages, which may name people')
    .option('--json', 'as JSON')
    .action(async (id: string, given: JsonOption & { data?: boolean }) => {
      const letter = await withBackbone(async (backbone) => {
        if (given.data) await allowData(backbone, { action: 'dlq.show-data', target: id });
        return showDeadLetter(backbone.database, readCount('<id>', id));
      });
      show(given, given.data ? letter : withoutData(letter), describeLetter);
    });

  selectable(dlq.command('retry'))
    .description('sends dead letters to their handlers again, slowly at first; stops when a tenth of them fails again')
    .argument('[ids...]', 'numbers of letters')
    .option('--rate <count>', 'letters a second, 1 to 1000', '50')
    .option('--dry-run', 'says what would happen, and changes nothing')
    .option('--limit <count>', 'letters of a dry run, 1 to 100000', '10000')
    .option('--reason <text>', 'why, kept with the letters')
    .option('--yes', 'without being asked')
    .option('--json', 'as JSON; needs --yes or --dry-run')
    .action(async (ids: string[], given: SelectionOptions & JsonOption & RetryOptions) => {
      const selection = selectionOf(ids, given);
      const perSecond = readCount('--rate', given.rate, 1_000);
      if (given.reason !== undefined) requireNote(given.reason);
      if (given.dryRun) return rehearseLetters(selection, given);
      await withBackbone(async ({ database, notifier }) => {
        const shown = await preview({ database }, selection, given, 'Send them again?');
        if (!shown) return;
        await record(database.queries, {
          action: 'dlq.retry',
          reason: given.reason,
          detail: { selection: shown, perSecond },
        });
        const result = await untilInterrupted((signal) =>
          runRetries({ database, notifier }, shown, { perSecond, note: given.reason ?? null, signal }),
        );
        show(given, result, describeRetries);
        if (result.finished < result.total) process.exitCode = 1;
      });
    });

  dlq
    .command('edit')
    .description('gives a letter’s handler other data, and sends it again; history keeps the original')
    .argument('<id>', 'number of the letter')
    .requiredOption('--data <file>', 'JSON of the whole data, a file or - for what is piped in')
    .requiredOption('--reason <text>', 'why, kept with the correction')
    .option('--json', 'as JSON')
    .action(async (given: string, { data: file, reason, json }: JsonOption & { data: string; reason: string }) => {
      const id = readCount('<id>', given);
      const data = await readJson(file);
      await withBackbone(({ database, notifier }) =>
        editDeadLetter({ database, notifier, findContract }, id, { data, reason }),
      );
      show(
        { json },
        { id, sent: true },
        () => `Dead letter ${id} is on its way with other data. \`dlq show ${id}\` tells both.\n`,
      );
    });

  selectable(dlq.command('discard'))
    .description('gives dead letters up for good: they are kept, and their handlers never run')
    .argument('[ids...]', 'numbers of letters')
    .requiredOption('--reason <text>', 'why, kept with the letters')
    .option('--yes', 'without being asked')
    .option('--json', 'as JSON; needs --yes')
    .action(async (ids: string[], given: SelectionOptions & JsonOption & { reason: string; yes?: boolean }) => {
      const selection = selectionOf(ids, given);
      const { reason } = given;
      requireNote(reason);
      await withBackbone(async ({ database }) => {
        const shown = await preview({ database }, selection, given, 'Give them up for good?');
        if (!shown) return;
        await record(database.queries, { action: 'dlq.discard', reason, detail: { selection: shown } });
        let discarded = 0;
        for (let last = AT_ONCE; last === AT_ONCE; discarded += last) {
          last = (await discardDeadLetters({ database }, shown, { reason })).length;
        }
        show(given, { discarded }, () => `Gave up ${discarded} dead letters.\n`);
      });
    });
}

interface RetryOptions {
  readonly rate: string;
  readonly dryRun?: boolean;
  readonly limit: string;
  readonly reason?: string;
  readonly yes?: boolean;
}

/** Finds out what would come of sending letters again. */
async function rehearseLetters(selection: DeadLetterSelection, given: JsonOption & RetryOptions): Promise<void> {
  const limit = readCount('--limit', given.limit, 100_000);
  await withBackbone(({ database }) => requireLetters({ database }, selection));
  await showRehearsal(given, { limit, deadLetters: selection });
}

/** @throws Error when none is like that */
async function requireLetters({ database }: Pick<Backbone, 'database'>, selection: DeadLetterSelection) {
  const groups = await groupDeadLetters(database, selection);
  if (groups.length === 0) throw new Error('No open dead letter is like that. `skelly dlq list` shows what there is.');
  return groups;
}

function selectable(command: Command): Command {
  return command
    .option('--fingerprint <text>', 'those of one cause, from `dlq list`')
    .option('--handler <id>', 'those of one handler')
    .option('--type <type>', 'those of one event type')
    .option('--all', 'all of them');
}

function selectionOf(
  ids: readonly string[],
  { fingerprint, handler, type, all }: SelectionOptions,
  whenEmpty: DeadLetterSelection = {},
): DeadLetterSelection {
  const isEmpty = ids.length === 0 && [fingerprint, handler, type].every((each) => each === undefined);
  return {
    ...(isEmpty ? whenEmpty : {}),
    ...(ids.length > 0 ? { ids: ids.map((id) => readCount('<ids>', id)) } : {}),
    fingerprint,
    handler,
    type,
    ...(all ? { all } : {}),
  };
}

/** Shows what a command is about to change, and asks. @returns the selection as far as it was shown; undefined when nothing is to be done. */
async function preview(
  { database }: Pick<Backbone, 'database'>,
  selection: DeadLetterSelection,
  given: JsonOption & { yes?: boolean },
  question: string,
): Promise<DeadLetterSelection | undefined> {
  const groups = await requireLetters({ database }, selection);
  const shown = { ...selection, upTo: Math.max(...groups.map(({ newestId }) => newestId)) };
  if (given.yes) return shown;
  if (given.json) throw new Error('--json asks nothing: add --yes.');
  process.stdout.write(describeGroups(groups));
  return (await confirm(question)) ? shown : undefined;
}

/** A letter without what may name people. */
function withoutData<
  Letter extends { readonly body: string | null; readonly event: object | null; readonly correction: object | null },
>(letter: Letter): Letter {
  const hide = <Part extends object>(part: Part | null) => part && { ...part, data: '(add --data to see it)' };
  return {
    ...letter,
    body: letter.body === null ? null : '(add --data to see it)',
    event: hide(letter.event),
    correction: hide(letter.correction),
  };
}
