import { readSystemStatus } from '@skelly/domain/system';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { runSkelly } from './testing/run-skelly';

describe('skelly announce', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const skelly = (...args: readonly string[]) => runSkelly(database.url, args);
  const announced = async () => (await readSystemStatus(database.queries)).announcement?.text ?? null;
  const log = async () =>
    (await database.pool.query('select type, actor from event_history order by position')).rows.map(
      ({ type, actor }) => `${type} ${actor}`,
    );

  test('shows a text until it is withdrawn or another takes its place, and the log has it all', async () => {
    expect((await skelly('announce', 'First.')).code).toBe(0);
    expect(await announced()).toBe('First.');
    expect((await skelly('announce', ' Second. ', '--until', '2h')).said).toMatch(/^Announced until 20\d\d-/);
    expect(await announced()).toBe('Second.');
    await database.pool.query(`update system_announcement set until = now() where withdrawn_at is null`);
    expect(await announced()).toBeNull();
    expect((await skelly('announce', 'Third.')).code).toBe(0);
    expect((await skelly('withdraw')).said).toBe('The announcement is withdrawn.\n');
    expect(await announced()).toBeNull();
    expect((await skelly('withdraw')).said).toBe('Nothing was announced.\n');
    expect(await log()).toEqual([
      'system:announcement.published cli',
      'system:announcement.withdrawn cli',
      'system:announcement.published cli',
      'system:announcement.withdrawn cli',
      'system:announcement.published cli',
      'system:announcement.withdrawn cli',
    ]);
  });

  test('refuses what nobody could read, and times that are none, and changes nothing', async () => {
    const before = await log();
    const refusals: [readonly string[], RegExp][] = [
      [['announce', ' '], /1 to 280 characters/],
      [['announce', 'x'.repeat(281)], /1 to 280 characters/],
      [['announce', 'Soon.', '--until', 'later'], /90m, 2h or 3d/],
      [['announce', 'Soon.', '--until', '2020-01-01T00:00Z'], /within the next 30 days/],
      [['announce', 'Soon.', '--until', '31d'], /within the next 30 days/],
    ];
    for (const [args, reason] of refusals) {
      expect(await skelly(...args)).toEqual({ code: 1, said: expect.stringMatching(reason) });
    }
    expect(await log()).toEqual(before);
  });
});
