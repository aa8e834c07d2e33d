import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import { createListener } from './listener';

describe('a listener', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('closes at whatever moment, also while it connects', async () => {
    let closed = 0;
    const moments = Array.from({ length: 40 }, (_, index) => index / 4);
    for (const ms of moments) {
      const listener = createListener({
        url: database.url,
        applicationName: 'test-listener',
        channels: ['skelly_test'],
        onHint: () => undefined,
        onConnect: () => undefined,
        onError: () => undefined,
      });
      await delay(ms);
      void listener.close().then(() => {
        closed += 1;
      });
    }
    await eventually('every listener to close', () => closed === moments.length, { withinMs: 5_000 });
  });
});
