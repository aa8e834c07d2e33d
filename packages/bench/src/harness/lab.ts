import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DeleteQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createDatabase, type Database } from '@skelly/db';
import { createSqsTransport, type QueueTransport } from '@skelly/events';
import { askReadiness, eventually, freePort } from '@skelly/testkit';
import { childVariables } from '../env';
import { appBundle, programBundle } from './bundles';
import { type Child, startChild } from './child';
import { readCpuSeconds } from './cpu';
import type { Servers } from './servers';

/** A database of a step's own, and this process' connections to it. */
export interface LabDatabase extends Database {
  readonly url: string;
}

/** What a database holds before a step begins. */
export interface Filling {
  readonly name: string;
  readonly fill: (database: LabDatabase) => Promise<void>;
}

/** Queues under a name that no other step has. */
export interface LabQueues extends QueueTransport {
  readonly prefix: string;
  readonly endpoint: string;
}

/** One step's workplace: a clean database, queues of its own, and processes. Everything ends with the step. */
export interface Lab {
  /** Share of the full work, from `--scale`. */
  readonly scale: number;
  /** Minutes of load of benches that watch something over time, from `--minutes`. */
  readonly minutes: number;
  /** So much of a full amount as the scale says; never below `least`. @defaultValue 50 */
  count(full: number, least?: number): number;
  /** So many seconds of a full duration as the scale says; never below half a second. */
  seconds(full: number): number;
  /**
   * A clean database, migrated.
   *
   * @param filled what it holds from the start instead of nothing: `fill` runs once a run for each name, and steps get copies.
   */
  database(filled?: Filling): Promise<LabDatabase>;
  /** URL of a database in the same server with nothing of ours in it. */
  emptyDatabase(): Promise<string>;
  /** Creates them empty. @param options.visibilityTimeout seconds. @defaultValue 60 */
  queues(names: readonly string[], options?: { visibilityTimeout?: number }): Promise<LabQueues>;
  /** Starts a program of this package, by its path below `src`, and waits until it is ready. */
  start(program: string, argument: unknown): Promise<Child>;
  /** Starts an app's own production bundle, and waits until its `/health/ready` says so. */
  startApp(app: string, env: Readonly<Record<string, string>>): Promise<Child & { readonly port: number }>;
  /** Has something done when the step ends. The last comes first. */
  onEnd(close: () => Promise<unknown>): void;
  /** Shows what goes on. */
  say(text: string): void;
}

export interface LabOptions {
  readonly servers: Servers;
  readonly scale: number;
  readonly minutes: number;
  /** Takes the logs of the processes. */
  readonly dir: string;
  /** Where CPU profiles of our own processes go; none are taken when undefined. */
  readonly profileDir: string | undefined;
  readonly say: (text: string) => void;
}

/** Runs a step in a lab of its own and clears up after it, whatever happened. */
export async function withLab<T>(options: LabOptions, run: (lab: Lab) => Promise<T>): Promise<T> {
  const closers: (() => Promise<unknown>)[] = [];
  const { servers, scale, minutes, dir, profileDir, say } = options;
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const flags = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const children: { program: string; pid: number }[] = [];

  const logFile = (program: string) => {
    return join(dir, `${name}-${children.length}-${program.replaceAll('/', '-')}.log`);
  };
  const lab: Lab = {
    scale,
    minutes,
    say,
    count: (full, least = 50) => Math.max(least, Math.round(full * scale)),
    seconds: (full) => Math.max(0.5, full * scale),
    onEnd: (close) => void closers.unshift(close),
    async database(filled) {
      const template = filled && (await fillTemplate(servers, filled, { scale, say }));
      const created = await servers.createDatabase(name, template);
      lab.onEnd(() => created.drop());
      const database = connect(created.url);
      lab.onEnd(() => database.close());
      return database;
    },
    async emptyDatabase() {
      const created = await servers.createDatabase(`${name}_empty`, 'template1');
      lab.onEnd(() => created.drop());
      return created.url;
    },
    async queues(names, { visibilityTimeout = 60 } = {}) {
      const prefix = `${name.replaceAll('_', '-')}-`;
      const endpoint = servers.sqsEndpoint;
      const transport = createSqsTransport({ endpoint, region: 'us-east-1', prefix, visibilityTimeout });
      await Promise.all(names.map((queue) => transport.ensureQueue(queue)));
      lab.onEnd(async () => {
        transport.close();
        await deleteQueues(endpoint, prefix);
      });
      return { ...transport, prefix, endpoint };
    },
    async start(program, argument) {
      const child = startChild({
        bundle: programBundle(program),
        argument,
        env: childVariables(),
        logFile: logFile(program),
        flags: program.endsWith('/ours') ? flags : [],
      });
      children.push({ program, pid: child.pid });
      lab.onEnd(() => child.stop());
      await child.ready();
      return child;
    },
    async startApp(app, env) {
      const port = await freePort();
      const child = startChild({
        bundle: appBundle(app),
        env: childVariables({
          LOG_LEVEL: 'warn',
          SKELLY_ENV: 'local',
          HOST: '127.0.0.1',
          PORT: String(port),
          SHUTDOWN_TIMEOUT_MS: '8000',
          SQS_WAIT_TIME_SECONDS: '2',
          ...env,
        }),
        logFile: logFile(app),
        flags,
      });
      children.push({ program: app, pid: child.pid });
      lab.onEnd(() => child.stop());
      await eventually(
        `${app} is ready`,
        async () => {
          child.assertRunning();
          return (await askReadiness(port))?.status === 200;
        },
        { withinMs: 30_000 },
      );
      return { ...child, port };
    },
  };
  try {
    const result = await run(lab);
    const used = children.map(({ program, pid }) => `${program} ${readCpuSeconds(pid)?.toFixed(1) ?? '?'} s`);
    if (used.length > 0) say(`CPU: ${used.join(', ')}`);
    return result;
  } finally {
    for (const close of closers) await close();
  }
}

/** The template of a filling, made when a run first asks for it. Every scale has its own. */
async function fillTemplate(
  servers: Servers,
  { name, fill }: Filling,
  { scale, say }: { scale: number; say: (text: string) => void },
): Promise<string> {
  const template = `bench_filled_${name}_${String(scale).replace(/\W/g, '_')}`;
  await servers.once(template, async () => {
    say('filling the tables');
    const { url } = await servers.createDatabase(template);
    const database = connect(url);
    await fill(database);
    await database.close();
  });
  return template;
}

/** Deletes what a step leaves in its queues: a server that keeps it in memory would serve the next step more slowly. */
async function deleteQueues(endpoint: string, prefix: string): Promise<void> {
  const client = new SQSClient({ endpoint, region: 'us-east-1', useQueueUrlAsEndpoint: false });
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
  for (const QueueUrl of QueueUrls) await client.send(new DeleteQueueCommand({ QueueUrl }));
  client.destroy();
}

function connect(url: string): LabDatabase {
  const database = createDatabase({
    url,
    max: 4,
    queryTimeoutMs: 600_000,
    applicationName: 'skelly-bench',
    onConnectionError: () => undefined,
  });
  return { ...database, url };
}
