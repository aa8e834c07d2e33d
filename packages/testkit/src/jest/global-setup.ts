import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@skelly/db';
import { startPostgres, startSqs } from '@skelly/devstack';
import pg from 'pg';
import { processVariables } from '../env';
import { databaseUrl, publishTestEnvironment, TEMPLATE } from './environment';
import { onTeardown } from './servers';

/**
 * Starts what the `int` project needs: an embedded Postgres with a migrated template database, and, unless
 * AWS_ENDPOINT_URL_SQS names a server, an embedded SQS.
 */
export default async function globalSetup(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'skelly-test-'));
  const postgres = await startPostgres({ dir: join(dir, 'postgres'), settings: { max_connections: '200' } });
  onTeardown(() => postgres.stop());
  await prepareTemplate(postgres.url);
  if (processVariables()['AWS_ENDPOINT_URL_SQS']) return publishTestEnvironment({ postgresUrl: postgres.url });
  const sqs = await startSqs();
  onTeardown(() => sqs.stop());
  publishTestEnvironment({ postgresUrl: postgres.url, sqsEndpoint: sqs.endpoint });
}

async function prepareTemplate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  await migrate({ url: databaseUrl(url, TEMPLATE), now: new Date() });
}
