import { listRecurring } from '@skelly/events';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { record } from './operator';

/** Adds `skelly recurring …`. */
export function addRecurringCommands(program: Command): void {
  const recurring = program.command('recurring').description('events that come again and again');

  recurring
    .command('list')
    .description('every recurring schedule and its next tick')
    .action(async () => {
      const schedules = await withBackbone(({ database }) => listRecurring(database.pool));
      for (const { key, type, cron, timeZone, missed, nextAt } of schedules) {
        process.stdout.write(
          `${key}: ${type} at "${cron}" ${timeZone}, missed: ${missed}, next ${nextAt.toISOString()}\n`,
        );
      }
      if (schedules.length === 0) process.stdout.write('Nothing recurs.\n');
    });

  recurring
    .command('cancel')
    .description('ends one; the deploy step sets it again while the code declares it')
    .argument('<key>', 'its key')
    .action(async (key: string) => {
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
      process.stdout.write(`${key} recurs no more.\n`);
    });
}
