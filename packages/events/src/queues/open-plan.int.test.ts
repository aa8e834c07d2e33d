import type { Database } from '@skelly/db';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { countOpen } from './discard';
import { peekQueue } from './inspect';
import { LOOKED_AT_MOST, searchQueues } from './search';

const EVENTS = 20_000;
const BEHIND = 40;
/** Each event has two handlers. */
const OPEN = BEHIND * 2;

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

  /** Rows of the log and of the inbox that something reads, those too that it does not want, as Postgres counts. */
  async function readBy(ask: (database: Database) => Promise<unknown>): Promise<{ log: number; inbox: number }> {
    const client = await database.pool.connect();
    const release = client.release.bind(client);
    const count = async () => {
      const of = (table: string) =>
        `coalesce(sum(seq_tup_read + idx_tup_fetch) filter (where relname like '${table}%'), 0)::int`;
      const { rows } = await client.query(
        `select ${of('event_history')} as log, ${of('event_processing_log')} as inbox from pg_stat_xact_user_tables`,
      );
      return rows[0];
    };
    try {
      await client.query('begin');
      const before = await count();
      client.release = () => undefined;
      await ask({ ...database, pool: { query: client.query.bind(client), connect: async () => client } } as never);
      const after = await count();
      await client.query('rollback');
      return { log: after.log - before.log, inbox: after.inbox - before.inbox };
    } finally {
      release();
    }
  }

  test.each<[string, (database: Database) => Promise<unknown>]>([
    ['peek', (database) => peekQueue(database, 'mail')],
    ['count', (database) => countOpen(database, 'main')],
    ['search', (database) => searchQueues(database, 'nothing is like this')],
  ])('a %s reads what is behind, and neither the log nor the inbox from the beginning', async (_what, ask) => {
    const { log, inbox } = await readBy(ask);
    expect(log).toBeGreaterThanOrEqual(OPEN / 5);
    expect(log).toBeLessThanOrEqual(OPEN);
    expect(inbox).toBeLessThanOrEqual(OPEN);
  });

  describe('of which more are open than a search looks at', () => {
    beforeAll(async () => {
      await database.pool.query('delete from event_processing_log');
      await database.pool.query('update event_route set finished_through = 0');
    });
    const search = (asked: Database) => searchQueues(asked, 'a:', { limit: 1_000 });

    test('are looked at up to that bound, however many handlers there are', async () => {
      const { found, ...rest } = await search(database);
      expect(rest).toEqual({ looked: LOOKED_AT_MOST, isMore: true });
      expect(found).toHaveLength(1_000);
      const positions = found.map(({ position }) => position);
      expect(positions).toEqual(positions.toSorted((one, other) => one - other));
      expect(new Set(found.map(({ handler }) => handler)).size).toBe(40);
      expect((await readBy(search)).log).toBeLessThan(LOOKED_AT_MOST * 1.1);
    });

    test('are all looked at where few handlers have them: what the others do not need is theirs', async () => {
      await database.pool.query(
        `update event_route set finished_through = ${EVENTS} where handler not in ('h0', 'h1', 'h2')`,
      );
      await database.pool.query(`update event_route set finished_through = ${EVENTS / 2} where handler = 'h2'`);
      expect(await searchQueues(database, `a:${EVENTS}`)).toMatchObject({
        found: [{ handler: 'h0', subject: `a:${EVENTS}` }],
        looked: 2_500,
        isMore: false,
      });
      expect((await readBy(search)).log).toBeLessThanOrEqual(2_500);
    });
  });
});
