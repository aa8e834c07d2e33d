import { describeProcess, freePort, startFromSource } from '@skelly/testkit';
import { CLOSE } from '@skelly/types/live';
import { createHarness, ORIGIN } from './testing/gateway-harness';

describeProcess('gateway', {
  folder: `${__dirname}/..`,
  env: { PUBLIC_URL: ORIGIN },
  broken: { PORT: 'many', PUBLIC_URL: 'ftp://x', DATABASE_POOL_MAX: '1' },
  waitsFor: ['postgres'],
});

it('sends its clients elsewhere at SIGTERM', async () => {
  const harness = await createHarness();
  const port = await freePort();
  const child = startFromSource(`${__dirname}/..`, 'src/main.ts', {
    HOST: '127.0.0.1',
    PORT: `${port}`,
    PUBLIC_URL: ORIGIN,
    DATABASE_URL: harness.database.url,
    SHUTDOWN_TIMEOUT_MS: '5000',
  });
  try {
    await child.ready();
    const member = await harness.addMember();
    const socket = harness.connect({ url: `ws://127.0.0.1:${port}/ws` }, member);
    expect(await socket.subscribe(`user:${member.userId}`)).toMatchObject({ t: 'subscribed' });
    const stopped = child.stop();
    expect(await socket.waitForClose()).toMatchObject({ code: CLOSE.GOING_AWAY });
    expect(await stopped).toBe(0);
  } finally {
    child.kill();
    await child.exit();
    await harness.close();
  }
});
