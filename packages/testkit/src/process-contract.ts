import { createTestDatabase, type TestDatabase } from './database';
import { eventually } from './eventually';
import { askReadiness, freePort, type SourceProcess, startFromSource } from './process';
import { createTestQueues, type TestQueues } from './queues';
import { startTcpProxy, type TcpProxy } from './tcp-proxy';

/** A process, and what it must be told. */
export interface ProcessUnderTest {
  /** The app's folder, where `src/main.ts` is. */
  readonly folder: string;
  /** Variables of its own, besides those of Postgres and SQS, with which it starts. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables that make its environment a broken one: each, and a missing DATABASE_URL, must be named. */
  readonly broken: Readonly<Record<string, string>>;
  /** What it cannot be ready without. */
  readonly waitsFor: readonly ('postgres' | 'sqs')[];
}

/** Milliseconds for its ordered shutdown; past that it exits with 1. */
const SHUTDOWN_MS = 4_000;

/** A process that is run from source on a busy machine takes seconds to come up. */
const STARTS_WITHIN_MS = 20_000;

/** What every process of ours promises to whoever runs it: how it starts, waits and ends. */
export function describeProcess(name: string, subject: ProcessUnderTest): void {
  describe(`the ${name} as a process`, () => {
    let database: TestDatabase;
    let queues: TestQueues;
    let ways: { postgres: TcpProxy; sqs: TcpProxy };
    const started: SourceProcess[] = [];

    beforeAll(async () => {
      database = await createTestDatabase();
      queues = createTestQueues();
      ways = { postgres: await startTcpProxy(database.url), sqs: await startTcpProxy(queues.endpoint) };
    });
    afterAll(async () => {
      for (const child of started) child.kill();
      await Promise.all(started.map((child) => child.exit()));
      await Promise.all(Object.values(ways).map((way) => way.close()));
      await queues.drop();
      await database.drop();
    });

    function start(env: Readonly<Record<string, string>>): SourceProcess {
      const child = startFromSource(subject.folder, 'src/main.ts', env);
      started.push(child);
      return child;
    }

    async function startWhole(): Promise<{ child: SourceProcess; port: number }> {
      const port = await freePort();
      const child = start({
        ...subject.env,
        HOST: '127.0.0.1',
        PORT: `${port}`,
        DATABASE_URL: ways.postgres.url,
        AWS_ENDPOINT_URL_SQS: ways.sqs.url,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        SQS_QUEUE_PREFIX: queues.prefix,
        SHUTDOWN_TIMEOUT_MS: `${SHUTDOWN_MS}`,
      });
      return { child, port };
    }

    const nameOf = (what: 'postgres' | 'sqs') => `${what} at ${new URL(ways[what].url).host}`;
    const waitingFor = (...missing: readonly ('postgres' | 'sqs')[]) => ({
      status: 503,
      body: { status: 'waiting', waitingFor: missing.map(nameOf) },
    });

    test('refuses to start with a broken environment, and lists every problem', async () => {
      const child = start({ ...subject.env, ...subject.broken });
      expect(await child.exit()).toBe(1);
      const listed = [...child.output().matchAll(/^ {2}- ([A-Z_]+): /gm)].map(([, variable]) => variable);
      expect(listed.sort()).toEqual(['DATABASE_URL', ...Object.keys(subject.broken)].sort());
    });

    test('lives while what it needs is away, says so, is ready when all has come, and ends at SIGTERM', async () => {
      for (const what of subject.waitsFor) await ways[what].cut();
      const { child, port } = await startWhole();
      expect(await eventually('an answer', () => askReadiness(port), { withinMs: STARTS_WITHIN_MS })).toEqual(
        waitingFor(...subject.waitsFor),
      );
      expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
      for (const what of subject.waitsFor) {
        await eventually('a line that says so', () => child.output().includes(`waiting for ${nameOf(what)}`));
      }

      for (const [index, what] of subject.waitsFor.entries()) {
        await ways[what].restore();
        const missing = subject.waitsFor.slice(index + 1);
        const wanted = missing.length > 0 ? waitingFor(...missing) : { status: 200, body: { status: 'ready' } };
        await eventually(`${what} to be noticed`, async () => {
          return JSON.stringify(await askReadiness(port)) === JSON.stringify(wanted);
        });
      }
      await child.ready();
      await child.stop();
      await child.ended();
    });

    test.each(subject.waitsFor)(
      'says while it runs that %s is away, lives on, and is ready when it is back',
      async (what) => {
        const { child, port } = await startWhole();
        await child.ready();
        const says = (wanted: unknown) =>
          eventually(
            `the answer ${JSON.stringify(wanted)}`,
            async () => JSON.stringify(await askReadiness(port)) === JSON.stringify(wanted),
            { withinMs: STARTS_WITHIN_MS },
          );
        await says({ status: 200, body: { status: 'ready' } });
        await ways[what].cut();
        await says(waitingFor(what));
        expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
        expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toMatch(/^skelly_ready 0$/m);
        await ways[what].restore();
        await says({ status: 200, body: { status: 'ready' } });
        await child.stop();
        await child.ended();
      },
    );

    test('ends at SIGTERM also while it still waits', async () => {
      for (const what of subject.waitsFor) await ways[what].cut();
      const { child, port } = await startWhole();
      await eventually('an answer', () => askReadiness(port), { withinMs: STARTS_WITHIN_MS });
      await child.stop();
      await child.ended();
    });
  });
}
