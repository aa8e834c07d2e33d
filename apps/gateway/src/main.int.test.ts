import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually } from '@skelly/testkit';
import { CLOSE } from '@skelly/types/live';
import { createHarness, type Harness, ORIGIN } from './testing/gateway-harness';

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

describe('the gateway as a process', () => {
  let harness: Harness;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await harness.close();
  });

  function start(env: Record<string, string>) {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      cwd: `${__dirname}/..`,
      env: {
        PATH: `${process.execPath}/..`,
        HOST: '127.0.0.1',
        PUBLIC_URL: ORIGIN,
        SHUTDOWN_TIMEOUT_MS: '5000',
        ...env,
      },
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
    const exit = once(child, 'exit').then(([code]) => code as number | null);
    return { child, exit, output: () => output };
  }
  const ready = async (port: number) => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status;

  it('serves, and at SIGTERM sends its clients elsewhere and exits with 0', async () => {
    const port = await freePort();
    const { child, exit } = start({ PORT: `${port}`, DATABASE_URL: harness.database.url });
    await eventually('readiness', async () => (await ready(port)) === 200);
    const member = await harness.addMember();

    const socket = harness.connect({ url: `ws://127.0.0.1:${port}/ws` }, member);
    expect(await socket.subscribe(`user:${member.userId}`)).toMatchObject({ t: 'subscribed' });
    child.kill('SIGTERM');
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.GOING_AWAY });
    expect(await exit).toBe(0);
  });

  it('lives while Postgres is away, says what it waits for, and tells clients to come back', async () => {
    const [port, nowhere] = [await freePort(), await freePort()];
    const { child, exit, output } = start({
      PORT: `${port}`,
      DATABASE_URL: `postgres://skelly@127.0.0.1:${nowhere}/x`,
    });
    await eventually('a wait', async () => (await ready(port)) === 503);
    const answer = await (await fetch(`http://127.0.0.1:${port}/readyz`)).json();
    expect(answer).toEqual({ status: 'waiting', waitingFor: [`postgres at 127.0.0.1:${nowhere}`] });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await eventually('a line that says so', () => output().includes(`waiting for postgres at 127.0.0.1:${nowhere}`));
    const member = await harness.addMember();
    const socket = harness.connect({ url: `ws://127.0.0.1:${port}/ws` }, member);
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.UNAVAILABLE });
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('refuses to start with a broken environment, and lists every problem', async () => {
    const { exit, output } = start({ PORT: 'many' });
    expect(await exit).toBe(1);
    expect(output()).toMatch(/PORT[\s\S]*DATABASE_URL|DATABASE_URL[\s\S]*PORT/);
  });
});
