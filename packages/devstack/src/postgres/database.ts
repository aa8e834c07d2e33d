import pg from 'pg';
import { POSTGRES_NAME } from './cluster';

/** The address of a database of an embedded Postgres. */
export function postgresUrl(options: { port: number; password: string; database?: string }): string {
  return `postgres://${POSTGRES_NAME}:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/${options.database ?? POSTGRES_NAME}`;
}

/** Creates our database in a server that answers; nothing happens when it is there. */
export async function createDatabase(options: { port: number; password: string }): Promise<void> {
  const client = new pg.Client({
    connectionString: postgresUrl({ ...options, database: 'postgres' }),
    connectionTimeoutMillis: 3_000,
  });
  // A server that goes down under us is reported by the query itself.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [POSTGRES_NAME]);
    if (rowCount === 0) await client.query(`create database ${POSTGRES_NAME}`);
  } finally {
    await client.end();
  }
}
