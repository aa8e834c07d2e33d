import { listRecurring, type RecurringState } from '@skelly/events';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { show } from './io';
import { record } from './operator';

/** Adds `skelly recurring …`. */
export function addRecurringCommands(program: Command): void {
  const recurring = program.command('recurring').description('events that come again and again');

  recurring
    .command('list')
    .description('every recurring schedule and its next tick')
    .option('--json', 'as JSON')
    .action(async (given: { json?: boolean }) => {
      show(given, await withBackbone(({ database }) => listRecurring(database.pool)), describeSchedules);
    });

  recurring
    .command('cancel')
    .description('ends one; the deploy step sets it again while the code declares it')
    .argument('<key>', 'its key')
    .option('--json', 'as JSON')
    .action(async (key: string, given: { json?: boolean }) => {
      const ended = await withBackbone(({ events }) =>
        events.transaction(async (work) => {
          const done = await work.cancelRecurring(key);
          if (done) await record(work.tx, { action: 'recurring.cancel', target: key });
          return done;
        }),
      );
      if (!ended)
        throw new Error(
          `There is no recurring schedule "${key}". \`skelly recurring list\` shows those that there are.`,
        );
      show(given, { key, cancelled: true }, () => `${key} recurs no more.\n`);
    });
}

/** One line a schedule. */
function describeSchedules(schedules: readonly RecurringState[]): string {
  if (schedules.length === 0) return 'Nothing recurs.\n';
  return schedules
    .map(
      ({ key, type, cron, timeZone, missed, nextAt }) =>
        `${key}: ${type} at "${cron}" ${timeZone}, missed: ${missed}, next ${nextAt.toISOString()}\n`,
    )
    .join('');
}
