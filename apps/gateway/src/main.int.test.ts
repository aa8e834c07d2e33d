import { askReadiness, eventually, freePort, type SourceProcess, startFromSource } from '@skelly/testkit';
import { CLOSE } from '@skelly/types/live';
import { createHarness, type Harness, ORIGIN } from './testing/gateway-harness';

describe('the gateway as a process', () => {
  let harness: Harness;
  const children: SourceProcess[] = [];
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(async () => {
    for (const child of children) child.kill();
    await harness.close();
  });

  function start(env: Record<string, string>) {
    const child = startFromSource(`${__dirname}/..`, 'src/main.ts', {
      HOST: '127.0.0.1',
      PUBLIC_URL: ORIGIN,
      SHUTDOWN_TIMEOUT_MS: '5000',
      ...env,
    });
    children.push(child);
    return child;
  }

  it('serves, and at SIGTERM sends its clients elsewhere and exits with 0', async () => {
    const port = await freePort();
    const child = start({ PORT: `${port}`, DATABASE_URL: harness.database.url });
    await child.ready();
    const member = await harness.addMember();

    const socket = harness.connect({ url: `ws://127.0.0.1:${port}/ws` }, member);
    expect(await socket.subscribe(`user:${member.userId}`)).toMatchObject({ t: 'subscribed' });
    const stopped = child.stop();
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.GOING_AWAY });
    expect(await stopped).toBe(0);
  });

  it('lives while Postgres is away, says what it waits for, and tells clients to come back', async () => {
    const [port, nowhere] = [await freePort(), await freePort()];
    const child = start({
      PORT: `${port}`,
      DATABASE_URL: `postgres://skelly@127.0.0.1:${nowhere}/x`,
    });
    expect(await eventually('an answer', () => askReadiness(port))).toEqual({
      status: 503,
      body: { status: 'waiting', waitingFor: [`postgres at 127.0.0.1:${nowhere}`] },
    });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await eventually('a line that says so', () =>
      child.output().includes(`waiting for postgres at 127.0.0.1:${nowhere}`),
    );
    const member = await harness.addMember();
    const socket = harness.connect({ url: `ws://127.0.0.1:${port}/ws` }, member);
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.UNAVAILABLE });
    expect(await child.stop()).toBe(0);
  });

  it('refuses to start with a broken environment, and lists every problem', async () => {
    const child = start({ PORT: 'many' });
    expect(await child.exit()).toBe(1);
    expect(child.output()).toMatch(/PORT[\s\S]*DATABASE_URL|DATABASE_URL[\s\S]*PORT/);
  });
});
