import { listOperatorActions, type OperatorAction } from '@skelly/events';
import type { Command } from 'commander';
import { withBackbone } from './backbone';
import { readCount, readId, show } from './io';

interface ListOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly limit: string;
  readonly before?: string;
  readonly json?: boolean;
}

/** Adds `skelly audit …`. */
export function addAuditCommands(program: Command): void {
  program
    .command('audit')
    .description('what operators changed, and whose data they were shown')
    .command('list')
    .description('shows it, newest first; kept for three years')
    .option('--actor <actor>', 'only of this one: cli, or user:0199…')
    .option('--action <action>', 'only this, such as dlq.discard')
    .option('--target <target>', 'only what was done to this')
    .option('--limit <count>', 'actions, 1 to 1000', '50')
    .option('--before <id>', 'only actions before this one, for the next page')
    .option('--json', 'as JSON')
    .action(async ({ limit, json, before, ...page }: ListOptions) => {
      const query = {
        ...page,
        before: before === undefined ? undefined : readId('--before', before),
        limit: readCount('--limit', limit, 1_000),
      };
      const actions = await withBackbone(({ database }) => listOperatorActions(database.queries, query));
      show({ json }, actions, describeActions);
    });
}

/** A line an action, and one for its reason and detail where there are any. */
export function describeActions(actions: readonly OperatorAction[]): string {
  if (actions.length === 0) return 'No such action is recorded.\n';
  return actions
    .map(({ id, at, actor, action, target, reason, detail }) => {
      const more = [reason && `"${reason}"`, Object.keys(detail).length > 0 && JSON.stringify(detail)].filter(Boolean);
      const head = [at.toISOString(), actor, action, target, id].filter((part) => part !== null).join('  ');
      return `${head}\n${more.length > 0 ? `  ${more.join('  ')}\n` : ''}`;
    })
    .join('');
}
