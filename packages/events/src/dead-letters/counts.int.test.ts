import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { runRetention } from '../retention/retention';
import { createTestLog } from '../testing/log';
import { type DeadLetterGroup, groupDeadLetters } from './triage';

describe('counts of dead letters', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase({ max: 12 });
  });
  afterEach(() => database.drop());

  const query = (text: string, values: unknown[] = []) => database.pool.query(text, values);
  const die = (letters: number, { handler = 'test.one', error = 'no 1', type = 'test:a' as string | null } = {}) =>
    query(
      `insert into event_dead_letter (event_id, handler, run, queue, type, reason, error)
       select gen_random_uuid(), $2, gen_random_uuid(), 'main', $3, 'non_retriable', $4 from generate_series(1, $1)`,
      [letters, handler, type, error],
    );
  /** The same by counting every letter. */
  const counted = () => groupDeadLetters(database, { all: true, upTo: Number.MAX_SAFE_INTEGER });
  const brief = (groups: readonly DeadLetterGroup[]) =>
    groups.map(({ handler, types, count }) => ({ handler, types, count }));

  it('are those of the letters, whatever happens to them, and whoever does it at once', async () => {
    await Promise.all([
      ...Array.from({ length: 10 }, () => die(3)),
      ...Array.from({ length: 10 }, () => die(2, { error: 'no 2', type: 'test:b' })),
      die(4, { handler: 'test.other' }),
      die(1, { type: null, error: 'unlike' }),
    ]);
    expect(brief(await groupDeadLetters(database))).toEqual([
      { handler: 'test.one', types: ['test:a', 'test:b'], count: 50 },
      { handler: 'test.other', types: ['test:a'], count: 4 },
      { handler: 'test.one', types: [], count: 1 },
    ]);
    expect(await groupDeadLetters(database)).toEqual(await counted());

    await Promise.all([
      query('update event_dead_letter set resolved_at = now() where id % 3 = 0'),
      query('delete from event_dead_letter where id % 3 = 1'),
      query(`update event_dead_letter set note = 'seen' where id % 3 = 2`),
      die(2, { handler: 'test.other' }),
    ]);
    await query('update event_dead_letter set resolved_at = null where id % 9 = 0');
    expect(await groupDeadLetters(database)).toEqual(await counted());
    for (const selection of [{ handler: 'test.one' }, { type: 'test:b' }, { handler: 'test.other', type: 'test:a' }]) {
      expect(await groupDeadLetters(database, selection)).toEqual(
        await groupDeadLetters(database, { ...selection, upTo: Number.MAX_SAFE_INTEGER }),
      );
    }
  });

  it('of causes that are over are removed, and of no others', async () => {
    await Promise.all([die(1), die(1), die(1), die(2, { handler: 'test.other' })]);
    await query(`update event_dead_letter set resolved_at = now() where handler = 'test.one'`);
    await runRetention(
      { directUrl: database.url, log: createTestLog(), now: () => new Date() },
      { history: 400, processingLog: 90, pushes: 7 },
    );
    const { rows } = await query('select distinct handler from dead_letter_count');
    expect(rows).toEqual([{ handler: 'test.other' }]);
    await die(1);
    expect(brief(await groupDeadLetters(database))).toEqual([
      { handler: 'test.other', types: ['test:a'], count: 2 },
      { handler: 'test.one', types: ['test:a'], count: 1 },
    ]);
  });
});
