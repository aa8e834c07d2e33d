import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, createTestQueues, eventually } from '@skelly/testkit';
import {
  applyStep,
  copyRepository,
  openMemberStream,
  type RepositoryCopy,
  readGuide,
  type SourceProcess,
  startFromSource,
  startMailSink,
} from '@skelly/testkit/docs';

// Compilers and five processes from source, perhaps beside other suites on two cores.
jest.setTimeout(60_000);

const ORIGIN = 'http://skelly.test';
const repository = join(__dirname, '../..');
const steps = readGuide(readFileSync(join(__dirname, 'add-an-event.md'), 'utf8'));
const mapped = steps.filter(({ file }) => file === 'apps/worker/src/handlers/index.ts');
const described = steps.filter(({ file }) => file === 'feature-map.json');

/** What a test started, stopped in reverse. */
const stops: (() => unknown)[] = [];
let copy: RepositoryCopy;

beforeAll(() => {
  copy = copyRepository(repository);
  stops.push(() => copy.remove());
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** Runs a tool of the repository in the copy. */
function run(folder: string, tool: string, ...args: string[]): SpawnSyncReturns<string> {
  const command = join(repository, 'node_modules/.bin', tool);
  return spawnSync(command, args, { cwd: join(copy.root, folder), encoding: 'utf8', timeout: 30_000 });
}

test('five files of code, and what goes with them', () => {
  const files = new Set(steps.map(({ file }) => file));
  expect([...files].slice(0, 5)).toEqual([
    'packages/types/src/user/events.ts',
    'packages/domain/src/session/session.ts',
    'apps/worker/src/handlers/user/new-sign-in-mail.ts',
    'apps/worker/src/handlers/index.ts',
    'apps/web/src/live/use-member-events.ts',
  ]);
  expect([...files].slice(5)).toEqual(['apps/api/src/accounts.int.test.ts', 'feature-map.json']);
});

test('the worker does not compile until the handler map has its line', () => {
  for (const step of steps.filter((step) => !mapped.includes(step) && !described.includes(step)))
    applyStep(copy.root, step);
  const before = run('apps/worker', 'tsc', '--noEmit');
  expect(before.status).not.toBe(0);
  expect(before.stdout).toMatch(/Property .*user:session\.added.* is missing/);

  for (const step of mapped) applyStep(copy.root, step);
  expect(run('apps/worker', 'tsc', '--noEmit')).toMatchObject({ status: 0, stdout: '' });
});

test('the result is as the checks want it', () => {
  const files = [...new Set(steps.map(({ file }) => file))];
  const before = run('.', 'jest', '--ci', '--selectProjects', 'unit', '--testPathPatterns', 'feature-map.test');
  expect(before.stderr).toContain('add it to its feature');
  for (const step of described) applyStep(copy.root, step);
  expect(run('.', 'jest', '--ci', '--selectProjects', 'unit', '--testPathPatterns', 'feature-map.test').stderr).toMatch(
    /Tests: +\d+ passed/,
  );
  expect(run('.', 'biome', 'ci', '--colors=off', '--vcs-enabled=false', ...files)).toMatchObject({ status: 0 });
  expect(run('apps/web', 'tsc', '--noEmit')).toMatchObject({ status: 0, stdout: '' });
});

test('the event reaches an open page, and the handler sends its mail', async () => {
  const database = await createTestDatabase();
  stops.push(() => database.drop());
  const queues = createTestQueues();
  stops.push(() => queues.drop());
  const folder = mkdtempSync(join(tmpdir(), 'skelly-guide-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  const mail = await startMailSink({ folder: join(folder, 'mail') });
  stops.push(() => mail.stop());

  const env = {
    SKELLY_ENV: 'local',
    HOST: '127.0.0.1',
    PORT: '0',
    PUBLIC_URL: ORIGIN,
    DATABASE_URL: database.url,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    SQS_QUEUE_PREFIX: queues.prefix,
    SQS_WAIT_TIME_SECONDS: '1',
    SMTP_URL: mail.smtpUrl,
    APP_SECRET: 'local_secret_of_the_guide_and_no_other',
  };
  const start = (file: string): SourceProcess => {
    const started = startFromSource(copy.root, file, env);
    stops.push(() => started.stop());
    return started;
  };
  await start('apps/worker/src/deploy.ts').ended();
  const [api, gateway] = await Promise.all(
    ['api', 'gateway', 'relay', 'worker'].map((app) => start(`apps/${app}/src/main.ts`).ready()),
  );

  const email = 'mara@example.com';
  const password = 'a long enough password';
  const post = (path: string, body: object) =>
    fetch(`http://127.0.0.1:${api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const registered = await post('/api/auth/register', { email, password, displayName: 'Mara' });
  expect(registered.status).toBe(201);
  const [cookie = ''] = (registered.headers.getSetCookie()[0] ?? '').split(';');
  const page = openMemberStream({ url: `ws://127.0.0.1:${gateway}/ws`, cookie, origin: ORIGIN });
  stops.push(() => page.stream.close());
  await eventually('the page is live', () => page.stream.state.status === 'live');

  expect((await post('/api/auth/login', { email, password })).status).toBe(200);
  const event = await eventually('the event on the page', () =>
    page.events.find(({ type }) => type === 'user:session.added'),
  );
  expect(event.data).toEqual({ openSessions: 2 });
  await eventually('the mail', async () => {
    const answer = await fetch(`${mail.url}/api/messages?to=${email}`);
    return (await answer.text()).includes('A new sign-in to your Skelly account');
  });
});
