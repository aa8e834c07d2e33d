import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { runSkelly } from './testing/run-skelly';

describe('skelly settings', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const skelly = (...args: readonly string[]) => runSkelly(database.url, ['settings', ...args]);

  test('shows, sets several at once, and goes back to the environment’s', async () => {
    expect((await skelly('list')).said).toMatch(/^retry\.maxAttempts +\(EVENT_DEFAULT_MAX_RETRIES, 3 by default\)$/m);
    expect(
      await skelly('set', 'retry.maxAttempts=5', 'retry.jitter=false', 'log.level=debug', '--reason', 'x'),
    ).toEqual({
      code: 0,
      said: 'retry.maxAttempts: the environment’s → 5\nretry.jitter: the environment’s → false\nlog.level: the environment’s → debug\nversion 1\n',
    });
    expect((await skelly('get', 'retry.maxAttempts')).said).toMatch(
      /^retry\.maxAttempts {2}5, set \S+Z by cli\n.*\n {2}a whole number of tries from 1 to 100; followed by worker\n$/,
    );
    const { said } = await skelly('unset', 'retry.maxAttempts', '--if-version', '1', '--json');
    expect(JSON.parse(said)).toEqual({ version: 2, changes: [{ key: 'retry.maxAttempts', before: 5, value: null }] });
    expect((await skelly('set', 'retry.jitter=false')).said).toBe('Everything is so already; version 2.\n');
    const { rows } = await database.pool.query('select action, reason from operator_action order by id');
    expect(rows).toEqual([
      { action: 'settings.change', reason: 'x' },
      { action: 'settings.change', reason: null },
    ]);
  });

  test('changes nothing of what is not right as a whole, and says what was meant', async () => {
    const before = (await skelly('list')).said;
    const refusals: [readonly string[], RegExp][] = [
      [
        ['set', 'retry.backoffMs=5', 'retry.maxAttempt=5'],
        /^Nothing was changed\. retry\.maxAttempt: there is no such setting; did you mean retry\.maxAttempts\?\n$/,
      ],
      [
        ['set', 'handler.timeoutMs=30s'],
        /handler\.timeoutMs: must be a whole number of milliseconds from 10 to 43200000, not "30s"/,
      ],
      [['set', 'retry.maxAttempts=1000'], /from 1 to 100, not 1000/],
      [['set', 'retry.maxAttempts=3', 'retry.maxAttempts=4'], /retry\.maxAttempts: is given twice/],
      [['unset', 'retry.maxAttempt'], /retry\.maxAttempt: there is no such setting; did you mean retry\.maxAttempts\?/],
      [['set', 'retry.maxAttempts'], /sets nothing: write it as key=value/],
      [
        ['set', 'retry.maxAttempts=4', '--if-version', '0'],
        /Somebody has changed settings meanwhile: they are at version \d/,
      ],
      [['set', 'retry.maxAttempts=4', '--reson', 'x'], /unknown option '--reson'[\s\S]*--reason/],
      [['get', 'retry.maxattempts'], /There is no setting "retry\.maxattempts"\. Did you mean retry\.maxAttempts\?/],
    ];
    for (const [args, reason] of refusals) {
      expect({ args, ...(await skelly(...args)) }).toEqual({ args, code: 1, said: expect.stringMatching(reason) });
    }
    expect((await skelly('list')).said).toBe(before);
  });
});
