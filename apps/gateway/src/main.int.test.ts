import { askReadiness, describeProcess, eventually, freePort, startFromSource, startTcpProxy } from '@skelly/testkit';
import { CLOSE } from '@skelly/types/live';
import { createHarness, ORIGIN } from './testing/gateway-harness';

describeProcess('gateway', {
  folder: `${__dirname}/..`,
  env: { PUBLIC_URL: ORIGIN },
  broken: { PORT: 'many', PUBLIC_URL: 'ftp://x', DATABASE_POOL_MAX: '1' },
  waitsFor: ['postgres'],
});

/** A gateway in a process of its own. */
async function startGateway(variables: Record<string, string>) {
  const port = await freePort();
  const child = startFromSource(`${__dirname}/..`, 'src/main.ts', {
    HOST: '127.0.0.1',
    PORT: `${port}`,
    PUBLIC_URL: ORIGIN,
    ...variables,
  });
  return {
    port,
    url: `ws://127.0.0.1:${port}/ws`,
    ready: child.ready,
    stop: child.stop,
    async end() {
      child.kill();
      await child.exit();
    },
  };
}

it('sends its clients elsewhere at SIGTERM', async () => {
  const harness = await createHarness();
  const gateway = await startGateway({
    DATABASE_URL: harness.database.url,
    SHUTDOWN_TIMEOUT_MS: '5000',
  });
  try {
    await gateway.ready();
    const member = await harness.addMember();
    const socket = harness.connect({ url: gateway.url }, member);
    expect(await socket.subscribe(`user:${member.userId}`)).toMatchObject({ t: 'subscribed' });
    const stopped = gateway.stop();
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.GOING_AWAY });
    expect(await stopped).toBe(0);
  } finally {
    await gateway.end();
    await harness.close();
  }
});

it('takes events of clients up to EVENT_MAX_PAYLOAD_SIZE', async () => {
  const harness = await createHarness();
  const gateway = await startGateway({
    DATABASE_URL: harness.database.url,
    EVENT_MAX_PAYLOAD_SIZE: '1024',
  });
  try {
    await gateway.ready();
    const socket = harness.connect({ url: gateway.url }, await harness.addMember());
    await socket.waitFor('welcome');
    const emit = (id: number, words: number) =>
      socket.send({
        t: 'emit',
        id,
        type: 'ui:interaction',
        data: {
          name: 'page.viewed',
          page: '/home',
          properties: Object.fromEntries(
            'abcdefgh'.split('').map((key) => [key.repeat(words), 'x'.repeat(10 * words)]),
          ),
        },
      });
    emit(1, 1);
    expect(await socket.waitFor('ack')).toMatchObject({ id: 1 });
    emit(2, 10);
    expect(await socket.waitFor('error')).toMatchObject({ id: 2, code: 'event_invalid', temporary: false });
  } finally {
    await gateway.end();
    await harness.close();
  }
});

it('tells that Postgres stands still also while nobody is connected', async () => {
  const harness = await createHarness();
  const way = await startTcpProxy(harness.database.url);
  const gateway = await startGateway({
    DATABASE_URL: way.url,
  });
  const says = (status: number) =>
    eventually(`readiness to be ${status}`, async () => (await askReadiness(gateway.port))?.status === status, {
      withinMs: 20_000,
    });
  try {
    await gateway.ready();
    await says(200);
    way.freeze();
    await says(503);
    await way.restore();
    await says(200);
  } finally {
    await gateway.end();
    await way.close();
    await harness.close();
  }
}, 60_000);
