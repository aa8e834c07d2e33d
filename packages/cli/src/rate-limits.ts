import { type LimitedHandler, listRateLimited } from '@skelly/events';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { show } from './io';

/** Adds `skelly rate-limits …`. */
export function addRateLimitCommands(program: Command): void {
  const limits = program.command('rate-limits').description('handlers whose rate limit is used up');

  limits
    .command('list')
    .description('shows how many events wait for each handler’s rate limit, and until when')
    .option('--json', 'as JSON')
    .action(async (given: { json?: boolean }) => {
      const rows = await withBackbone(({ database }) => listRateLimited(database));
      show(given, rows, describeRateLimited);
    });
}

/** One line a handler. */
export function describeRateLimited(rows: readonly LimitedHandler[]): string {
  if (rows.length === 0) return 'Nothing waits for a rate limit.\n';
  return rows
    .map(
      ({ handler, waiting, firstDueAt, lastDueAt }) =>
        `${handler}  ${waiting} ${waiting === 1 ? 'event waits' : 'events wait'} for its rate limit, the next until ${firstDueAt.toISOString()}, the last until ${lastDueAt.toISOString()}\n`,
    )
    .join('');
}
