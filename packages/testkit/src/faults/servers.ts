import { join } from 'node:path';
import { createDatabase, type Database, migrate } from '@skelly/db';
import { type RunningPostgres, type RunningSqs, startPostgres, startSqs } from '@skelly/devstack';
import { eventually } from '../eventually';

/** Postgres and SQS of a run, which can be restarted at their addresses. */
export interface Servers {
  readonly postgresUrl: string;
  readonly sqsEndpoint: string;
  /** For the run's own questions; its queries fail while Postgres is away. */
  readonly database: Database;
  /** Ends every session (`fast`), or ends as a crash would (`immediate`), and starts again. */
  restartPostgres(how: 'fast' | 'immediate'): Promise<void>;
  /** It forgets every queue and message. */
  restartSqs(): Promise<void>;
  stop(): Promise<void>;
}

export async function startServers(dir: string): Promise<Servers> {
  let postgres: RunningPostgres = await startPostgres({ dir: join(dir, 'postgres') });
  let sqs: RunningSqs = await startSqs();
  const { url } = postgres;
  const sqsEndpoint = sqs.endpoint;
  await migrate({ url, now: new Date() });
  const database = createDatabase({ url, max: 4, applicationName: 'faults', onConnectionError: () => undefined });
  return {
    postgresUrl: url,
    sqsEndpoint,
    database,
    async restartPostgres(how) {
      const { port, pid } = postgres;
      // SIGQUIT is its immediate shutdown: it recovers from its log at the next start.
      if (how === 'immediate') process.kill(pid, 'SIGQUIT');
      await postgres.stop();
      postgres = await startPostgres({ dir: join(dir, 'postgres'), port });
      await eventually('Postgres is back', () => database.pool.query('select 1').catch(() => null), {
        withinMs: 30_000,
      });
    },
    async restartSqs() {
      const port = Number(new URL(sqsEndpoint).port);
      await sqs.stop();
      sqs = await startSqs({ port });
    },
    async stop() {
      await database.close();
      await sqs.stop();
      await postgres.stop();
    },
  };
}
