import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '../../testing/log';
import { listBreakers } from './breaker-store';
import { createBreakers, TrialWithoutRun } from './breakers';

describe('a trial that does not tell whether the handler works', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('leaves the breaker open, with the error that opened it', async () => {
    const breakers = createBreakers(
      { database, log: createTestLog(), now: () => new Date(), worker: 'test' },
      { threshold: 2, windowMs: 60_000, recoveryMs: 30 },
    );
    for (let failure = 0; failure < 2; failure += 1)
      breakers.failed('test.handler', new Error('the mail server is down'));
    await eventually('an open breaker', () => !breakers.isClosed('test.handler'));
    const tryWith = (call: () => Promise<void>) =>
      eventually('time for a trial', () => breakers.tryOne('test.handler', call));
    let trials = 0;
    await tryWith(async () => {
      trials += 1;
      throw new TrialWithoutRun();
    });
    expect(trials).toBe(1);
    expect(breakers.isClosed('test.handler')).toBe(false);
    const [row] = await eventually('its row', async () => {
      const rows = await listBreakers(database);
      return rows[0]?.state === 'open' ? rows : undefined;
    });
    expect(row?.error).toBe('Error: the mail server is down');
    await tryWith(async () => undefined);
    expect(breakers.isClosed('test.handler')).toBe(true);
    await breakers.stop();
    expect(await listBreakers(database)).toEqual([]);
  });
});
