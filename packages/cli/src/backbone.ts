import { createDatabase, type Database } from '@skelly/db';
import { createEventSystem, createNotifier, type EventSystem, type Notifier, withEventContext } from '@skelly/events';
import { readEnv } from './env';
import { findOperator, type Operator } from './operator';

/** What commands work with. */
export interface Backbone {
  readonly database: Database;
  readonly events: EventSystem;
  readonly notifier: Notifier;
  readonly operator: Operator;
  /** Whether events stay in the history once they are handled. */
  readonly keepsHistory: boolean;
}

/**
 * Runs a command with the database of the environment, as the admin whom SKELLY_OPERATOR names or else as `cli`, and closes
 * everything after it.
 *
 * @param options.queryTimeoutMs of commands that ask for more than 20 seconds of work.
 * @throws EnvError when the environment names no database; Error when SKELLY_OPERATOR is no admin.
 */
export async function withBackbone<T>(
  run: (backbone: Backbone) => Promise<T>,
  options: { readonly queryTimeoutMs?: number } = {},
): Promise<T> {
  const env = readEnv();
  const onConnectionError = (error: Error) =>
    process.stderr.write(`A database connection was lost: ${error.message}\n`);
  const database = createDatabase({
    url: env.DATABASE_URL,
    max: 2,
    ...options,
    applicationName: 'skelly-cli',
    onConnectionError,
  });
  const notifier = createNotifier({
    url: env.DATABASE_DIRECT_URL ?? env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    applicationName: 'skelly-cli-hints',
    onError: (error) => process.stderr.write(`A hint was not sent, so others find out later: ${error.message}\n`),
  });
  const events = createEventSystem({
    database,
    notifier,
    now: () => new Date(),
    maxPayloadBytes: env.EVENT_MAX_PAYLOAD_SIZE,
  });
  try {
    const operator = await findOperator(database.queries, env.SKELLY_OPERATOR);
    return await withEventContext({ actor: operator.actor }, () =>
      run({ database, events, notifier, operator, keepsHistory: env.EVENT_HISTORY_ENABLED }),
    );
  } finally {
    await notifier.close();
    await database.close();
  }
}
