import { migrate } from '@skelly/db';
import type { Command } from 'commander';
import { readEnv } from './env';

/** Adds `skelly db …`. */
export function addDatabaseCommands(program: Command): void {
  program
    .command('db')
    .description('the database of the stack')
    .command('migrate')
    .description('brings it to this version’s schema; safe to repeat, and while everything runs')
    .action(async () => {
      const env = readEnv();
      await migrate({ url: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL, now: new Date() });
      process.stdout.write('The database has this version’s schema.\n');
    });
}
