import { join } from 'node:path';
import { migrate } from '@skelly/db';
import { startPostgres, startSqs } from '@skelly/devstack';
import pg from 'pg';

/** A Postgres and an SQS server of the bench's own, each in processes of its own on a free port. */
export interface Servers {
  readonly sqsEndpoint: string;
  /** Version and the settings that decide durability, as the server tells them. */
  readonly postgres: { readonly version: string; readonly settings: Readonly<Record<string, string>> };
  /**
   * A database of a step's own; `drop` ends whoever is still connected.
   *
   * @param template what it is a copy of. @defaultValue one that is migrated and empty
   */
  createDatabase(name: string, template?: string): Promise<{ url: string; drop(): Promise<void> }>;
  /** Runs what has to be done once for all steps, under a name. */
  once(name: string, run: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** What makes a commit durable. A figure taken without them is worth nothing. */
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } as const;

/**
 * Durability is as Postgres ships it. Memory and log are sized as for any server that takes load, for all contenders
 * alike, so that a checkpoint of one step's writes does not fall into the next one's time.
 */
const SETTINGS = {
  max_connections: '300',
  shared_buffers: '512MB',
  min_wal_size: '4GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
};
/** Files of the log that are there before the first step, of 16 MB each: more than a step writes in its time. */
const LOG_FILES = 100;
const TEMPLATE = 'bench_template';

/** @throws Error when a server does not start, or when the database is not durable. */
export async function startServers(dir: string): Promise<Servers> {
  const [postgres, sqs] = await Promise.all([
    startPostgres({ dir: join(dir, 'postgres'), settings: SETTINGS }),
    startSqs(),
  ]);
  const done = new Set<string>();
  const stop = async () => {
    await Promise.all([postgres.stop(), sqs.stop()]);
  };
  try {
    const described = await withClient(postgres.url, async (client) => {
      const settings = await readDurability(client);
      await client.query(`create database ${TEMPLATE}`);
      const { rows } = await client.query<{ server_version: string }>('show server_version');
      return { version: rows[0]?.server_version ?? 'unknown', settings };
    });
    await migrate({ url: databaseUrl(postgres.url, TEMPLATE), now: new Date() });
    await withClient(postgres.url, prepareLog);
    return {
      sqsEndpoint: sqs.endpoint,
      postgres: described,
      async createDatabase(name, template = TEMPLATE) {
        await withClient(postgres.url, (client) =>
          client.query(`create database ${name} template ${template} strategy file_copy`),
        );
        return {
          url: databaseUrl(postgres.url, name),
          async drop() {
            await withClient(postgres.url, async (client) => {
              await client.query(`drop database ${name} with (force)`);
              await client.query('checkpoint');
            });
          },
        };
      },
      async once(name, run) {
        if (done.has(name)) return;
        await run();
        done.add(name);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Has files of the log lie ready to be written again, as they do when a server has run for a while: on a new one whoever writes first
 * waits for each to be filled with zeros, tens of milliseconds for 16 MB.
 */
async function prepareLog(client: pg.Client): Promise<void> {
  for (let nth = 0; nth < LOG_FILES; nth += 1)
    await client.query(`select pg_logical_emit_message(false, 'bench', 'next'), pg_switch_wal()`);
  await client.query('checkpoint');
}

async function readDurability(client: pg.Client): Promise<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const [name, wanted] of Object.entries(DURABLE)) {
    const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [name]);
    const value = rows[0]?.value ?? 'unknown';
    if (value !== wanted)
      throw new Error(`${name} is ${value}: a bench without ${name} = ${wanted} would compare nothing.`);
    settings[name] = value;
  }
  return settings;
}

async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
