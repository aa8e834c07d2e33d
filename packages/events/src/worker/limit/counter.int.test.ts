import { randomUUID } from 'node:crypto';
import {
  createTestDatabase,
  eventually,
  hasRedis,
  startTestRedis,
  type TestDatabase,
  type TestRedis,
} from '@skelly/testkit';
import { type CallCounter, createPostgresCounter, createRedisCounter } from './counter';

const limit = { calls: 5, perSeconds: 1 };

/** What every counter promises. */
function describeCounter(what: string, start: () => Promise<CallCounter>): void {
  describe(`calls counted in ${what}`, () => {
    // A Redis that is given is shared.
    const id = randomUUID();
    let one: CallCounter;
    let two: CallCounter;
    beforeAll(async () => {
      one = await start();
      two = await start();
    });
    afterAll(() => {
      one?.close();
      two?.close();
    });

    test('are counted for two workers together, in a window that ends', async () => {
      const first = await one.count(`${id}.a`, limit, 3);
      expect(first.calls).toBe(3);
      expect(first.endsInMs).toBeGreaterThan(500);
      expect(first.endsInMs).toBeLessThanOrEqual(1_000);
      const second = await two.count(`${id}.a`, limit, 4);
      expect(second.calls).toBe(7);
      expect(second.endsInMs).toBeLessThanOrEqual(first.endsInMs);
      expect((await one.count(`${id}.b`, limit, 1)).calls).toBe(1);
      const began = performance.now();
      await eventually('a new window', async () => (await two.count(`${id}.a`, limit, 1)).calls === 1);
      expect(performance.now() - began).toBeLessThan(2_000);
    });

    test('of many at once each get a number of their own', async () => {
      const asked = Array.from({ length: 60 }, (_, index) =>
        (index % 2 ? one : two).count(`${id}.many`, { calls: 5, perSeconds: 60 }, 1),
      );
      const numbers = (await Promise.all(asked)).map(({ calls }) => calls).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    });
  });
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ max: 20 });
});
afterAll(() => database.drop());
describeCounter('Postgres', async () => createPostgresCounter(database));

(hasRedis() ? describe : describe.skip)('with Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());
  const connect = () => createRedisCounter({ url: redis.url, applicationName: 'test', onError: () => undefined });
  describeCounter('Redis', async () => connect());

  test('a count fails within seconds while it is away, and works again after', async () => {
    const counter = connect();
    const name = randomUUID();
    await counter.count(name, limit, 1);
    await redis.kill();
    const began = performance.now();
    await expect(counter.count(name, limit, 1)).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(2_000);
    await redis.restart();
    await eventually('it to count', () => counter.count(name, limit, 1).catch(() => undefined));
    counter.close();
  });
});
