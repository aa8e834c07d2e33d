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
 * The data outlive no run and no power cut, so nobody waits for the disk; a checkpoint comes with every database that is dropped.
 * What Postgres promises its clients is the same.
 */
const SETTINGS = { max_connections: '200', fsync: 'off', full_page_writes: 'off' };

/**
 * Starts what the `int` project needs: an embedded Postgres with a migrated template database, and, unless
 * AWS_ENDPOINT_URL_SQS names a server, an embedded SQS.
 */
export default async function globalSetup(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'skelly-test-'));
  const postgres = await startPostgres({ dir: join(dir, 'postgres'), settings: SETTINGS });
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
