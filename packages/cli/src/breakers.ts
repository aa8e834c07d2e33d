import { type BreakerRow, listBreakers, resetBreaker } from '@skelly/events';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { show } from './io';
import { record } from './operator';

/** Adds `skelly breakers …`. */
export function addBreakerCommands(program: Command): void {
  const breakers = program.command('breakers').description('circuit breakers of handlers that keep failing');

  breakers
    .command('list')
    .description('shows every breaker that is open, by handler and worker')
    .option('--json', 'as JSON')
    .action(async (given: { json?: boolean }) => {
      show(given, await withBackbone(({ database }) => listBreakers(database)), describeBreakers);
    });

  breakers
    .command('reset')
    .description('closes a handler’s breakers in every worker; what waited behind them goes on at once')
    .argument('<handler>', 'id of the handler')
    .option('--json', 'as JSON')
    .action(async (handler: string, given: { json?: boolean }) => {
      const reset = await withBackbone(({ events }) =>
        events.transaction(async ({ tx }) => {
          const done = await resetBreaker(tx, handler);
          await record(tx, { action: 'breakers.reset', target: handler, detail: done });
          return done;
        }),
      );
      show(given, reset, ({ breakers: closed, woken }) =>
        closed === 0 && woken === 0
          ? `No breaker of ${handler} is open, and nothing waits behind one.\n`
          : `Reset ${closed} breakers of ${handler}; ${woken} events go on.\n`,
      );
    });
}

/** One line a breaker. */
function describeBreakers(rows: readonly BreakerRow[]): string {
  if (rows.length === 0) return 'No circuit breaker is open.\n';
  return rows
    .map(
      ({ handler, worker, state, error, openedAt, retryAt }) =>
        `${handler}  ${state}  since ${openedAt.toISOString()}  next try ${retryAt.toISOString()}  ${worker}\n  ${error}\n`,
    )
    .join('');
}
