import { isUnavailable } from '@skelly/db';
import { describeError } from '@skelly/types/errors';
import { Command } from 'commander';
import { addAnnouncementCommands } from './announcement';
import { addBreakerCommands } from './breakers';
import { addDatabaseCommands } from './db';
import { addDeadLetterCommands } from './dlq';
import { addEventCommands } from './events';
import { addQueueCommands } from './queues';
import { addRecurringCommands } from './recurring';
import { addUserCommands } from './user';

const program = new Command('skelly').description('Operates Skelly from a terminal').showHelpAfterError();
addUserCommands(program);
addAnnouncementCommands(program);
addBreakerCommands(program);
addDatabaseCommands(program);
addDeadLetterCommands(program);
addEventCommands(program);
addQueueCommands(program);
addRecurringCommands(program);

program.parseAsync().catch((error: unknown) => {
  const message = isUnavailable(error)
    ? 'Postgres does not answer. Is the stack running (npm start)?'
    : describeError(error).message;
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
});
