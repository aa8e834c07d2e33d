import { Command } from 'commander';
import { addAnnouncementCommands } from './announcement';
import { addAuditCommands } from './audit';
import { addBreakerCommands } from './breakers';
import { addDatabaseCommands } from './db';
import { addDeadLetterCommands } from './dlq';
import { addEventCommands } from './events';
import { addMailCommands } from './mail';
import { addPaymentCommands } from './payments';
import { addQueueCommands } from './queues';
import { addRateLimitCommands } from './rate-limits';
import { addRecurringCommands } from './recurring';
import { addReplayCommands } from './replay';
import { addSettingCommands } from './settings';
import { addUserCommands } from './user';
import { addWalletCommands } from './wallet';

/** `skelly` with all its commands, which nobody has called yet. */
export function createProgram(): Command {
  const program = new Command('skelly')
    .description('Operates Skelly from a terminal, as the admin whose e-mail address SKELLY_OPERATOR has')
    .showHelpAfterError();
  addUserCommands(program);
  addAnnouncementCommands(program);
  addAuditCommands(program);
  addBreakerCommands(program);
  addDatabaseCommands(program);
  addDeadLetterCommands(program);
  addEventCommands(program);
  addMailCommands(program);
  addPaymentCommands(program);
  addQueueCommands(program);
  addRateLimitCommands(program);
  addRecurringCommands(program);
  addReplayCommands(program);
  addSettingCommands(program);
  addWalletCommands(program);
  return program;
}
