import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { countOpen } from './discard';
import { DELIVERY, fromOpen, peekQueue } from './inspect';
import { searchQueues } from './search';

const EVENTS = 20_000;
const BEHIND = 40;

describe('the open deliveries of a long log', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(`
      insert into event_route (type, handler, queue, kind, since_position, finished_through)
      select 't:e' || n % 20, 'h' || n, case when n % 5 = 0 then 'mail' else 'main' end, 'handle', 0, ${EVENTS - BEHIND} from generate_series(0, 39) as n`);
    await database.pool.query(`
      insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
      select uuid_floor(now() + n * interval '10 ms'), 't:e' || n % 20, 1, 'a', 'a:' || n, '{}', 'system', gen_random_uuid(), now()
      from generate_series(1, ${EVENTS}) as n`);
    await database.pool.query(`
      insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, finished_at)
      select event_id, handler, 'finished', 'main', 1, 'x', now(), now()
      from event_history join event_route using (type) where position <= ${EVENTS - BEHIND}`);
    await database.pool.query('analyze');
  });
  afterAll(() => database.drop());

  test('are found, counted and searched', async () => {
    const peeked = await peekQueue(database, 'mail', { limit: 5, after: EVENTS - BEHIND + 10 });
    expect(peeked).toHaveLength(5);
    const positions = peeked.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted((one, other) => one - other));
    expect(await countOpen(database, 'mail')).toMatchObject({ count: (BEHIND * 2) / 5, orMore: false });
    expect(await searchQueues(database, `a:${EVENTS}`)).toMatchObject({ looked: BEHIND * 2, isMore: false });
  });

  test.each([
    ['peek', `order by history.position, route.handler limit 20`, '20'],
    ['search', `order by history.position, route.handler limit 20001`, '20001'],
  ])('a %s reads what is behind, and neither the log nor the inbox from the beginning', async (_what, rest, limit) => {
    const { rows } = await database.pool.query(
      `explain (analyze, timing off) select ${DELIVERY} ${fromOpen({ limit })} ${rest}`,
    );
    const read = rows
      .map((row) => String(row['QUERY PLAN']))
      .filter((line) => / on event_(history|processing_log)_/.test(line))
      .map((line) => Number(/actual rows=([\d.]+)/.exec(line)?.[1] ?? 0));
    expect(read.length).toBeGreaterThan(2);
    expect(Math.max(...read)).toBeLessThanOrEqual(BEHIND);
  });
});
