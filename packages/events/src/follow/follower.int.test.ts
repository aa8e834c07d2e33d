import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import type pg from 'pg';
import { createFollower, type Follower, openPositionReader, type Positioned } from './index';

interface Row extends Positioned {
  readonly channel: string;
  readonly offset: number;
}

const SOURCE = { table: 'push_message', columns: 'channel, "offset"::float8 as "offset"' } as const;

describe('following a table by position', () => {
  let database: TestDatabase;
  const followers: Follower[] = [];
  beforeAll(async () => {
    database = await createTestDatabase({ max: 30 });
  });
  afterAll(async () => {
    await Promise.all(followers.map((follower) => follower.close()));
    await database.drop();
  });

  async function insert(client: pg.ClientBase | pg.Pool, count: number): Promise<number[]> {
    const { rows } = await client.query<{ position: number }>(
      `with drawn as (select nextval('push_position') as position from generate_series(1, $1))
       insert into push_message (channel, "offset", position, event_id, type, data)
       select 'c', position, position, gen_random_uuid(), 't:e', '{}' from drawn returning position::float8 as position`,
      [count],
    );
    return rows.map((row) => row.position);
  }

  function follow({ limit, ...options }: { intervalMs?: number; limit?: number } = {}) {
    const seen: number[] = [];
    const errors: unknown[] = [];
    let settled = 0;
    const settledSeen: number[] = [];
    let midst: (() => void) | undefined;
    const follower = createFollower<Row>({
      db: database.pool,
      source: { ...SOURCE, ...(limit === undefined ? {} : { limit }) },
      ...options,
      onRead(rows, state) {
        seen.push(...rows.map((row) => row.position));
        expect(state.settled).toBeGreaterThanOrEqual(settled);
        settled = state.settled;
        settledSeen.push(settled);
        if (rows.length > 0) midst?.();
      },
      onError: (error) => errors.push(error),
    });
    followers.push(follower);
    /** Does it while the next rows are being handed over, so before any further ones are read. */
    const inTheMidst = <T>(action: () => T): Promise<T> =>
      new Promise((resolve) => {
        midst = () => {
          midst = undefined;
          resolve(action());
        };
      });
    return { follower, seen, errors, settledSeen, inTheMidst };
  }

  it('starts at the end, and finds what a transaction had drawn before', async () => {
    await insert(database.pool, 3);
    const early = await database.pool.connect();
    await early.query('begin');
    const [drawn] = await insert(early, 1);
    const [later] = await insert(database.pool, 1);
    const { follower, seen } = follow({ intervalMs: 60_000 });
    await follower.sync();
    expect(follower.state).toEqual({ settled: (drawn ?? 0) - 1, ceiling: later });
    expect(seen).toEqual([]);
    await early.query('commit');
    early.release();
    await eventually('the early one', () => seen.length === 1);
    expect(seen).toEqual([drawn]);
    await eventually('everything settled', () => follower.state?.settled === later);
  });

  it('is not held up by transactions that only read, nor by writers of other tables', async () => {
    const reader = await database.pool.connect();
    await reader.query('begin isolation level repeatable read');
    await reader.query('select count(*) from push_message');
    await reader.query('update push_channel set updated_at = now()');
    const { follower } = follow({ intervalMs: 60_000 });
    await follower.sync();
    const gone = await database.pool.connect();
    await gone.query('begin');
    await insert(gone, 2);
    await gone.query('rollback');
    const [last] = await insert(database.pool, 1);
    follower.wake();
    await eventually('the gap to be void', () => follower.state?.settled === last);
    await reader.query('rollback');
    for (const client of [reader, gone]) client.release();
  });

  it('reads in bounded pieces, with gaps in them', async () => {
    const reader = await openPositionReader<Row>(database.pool, { ...SOURCE, limit: 3 });
    const expected: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      expected.push(...(await insert(database.pool, 2)));
      await database.pool.query(`select nextval('push_position')`);
    }
    const seen: number[] = [];
    await eventually('everything', async () => {
      const { rows } = await reader.read();
      expect(rows.length).toBeLessThanOrEqual(3);
      seen.push(...rows.map((row) => row.position));
      return seen.length === expected.length && reader.openGaps === 0;
    });
    expect(seen).toEqual(expected);
    expect(reader.settled).toBe(expected.at(-1));
  });

  it.each([[undefined], [3]])(
    'misses nothing and repeats nothing among writers that roll back and hold their transactions (reads of %s)',
    async (limit) => {
      const { follower, seen, errors, settledSeen } = follow({ intervalMs: 5, ...(limit ? { limit } : {}) });
      await follower.sync();
      const before = follower.state?.ceiling ?? 0;
      const write = async (): Promise<number[]> => {
        const committed: number[] = [];
        for (let round = 0; round < 80; round += 1) {
          const client = await database.pool.connect();
          await client.query('begin');
          const drawn = await insert(client, 1 + (round % 3));
          if (Math.random() < 0.1) await delay(Math.random() * 80);
          const isGone = Math.random() < 0.15;
          await client.query(isGone ? 'rollback' : 'commit');
          client.release();
          if (isGone) continue;
          committed.push(...drawn);
        }
        return committed;
      };
      const committed = (await Promise.all(Array.from({ length: 16 }, write)))
        .flat()
        .sort((left, right) => left - right);
      await eventually('the last one', () => follower.state?.settled === committed.at(-1));
      expect([...seen].sort((left, right) => left - right)).toEqual(committed.filter((position) => position > before));
      expect(errors).toEqual([]);
      expect(settledSeen.length).toBeGreaterThan(10);
    },
  );

  it('answers who asks in the midst of a backlog, starts again there, and ends there', async () => {
    const { follower, seen, inTheMidst } = follow({ intervalMs: 60_000, limit: 2 });
    await follower.sync();
    const backlog = await insert(database.pool, 40);
    const asked = inTheMidst(() => ({ seen: seen.length, synced: follower.sync() }));
    follower.wake();
    const { seen: first, synced } = await asked;
    expect(first).toBe(2);
    await synced;
    const [late] = await insert(database.pool, 1);
    await follower.sync();
    await eventually('all of them, in order', () => seen.length === 41);
    expect(seen).toEqual([...backlog, late]);

    await insert(database.pool, 40);
    const restarted = inTheMidst(() => follower.restart());
    follower.wake();
    await restarted;
    await follower.sync();
    expect(follower.state?.settled).toBe((late ?? 0) + 40);
    await insert(database.pool, 40);
    const ended = inTheMidst(() => follower.close());
    const unanswered = follower.sync().catch(() => undefined);
    await ended;
    const taken = seen.length;
    await unanswered;
    await expect(follower.sync()).rejects.toThrow(/closed/);
    expect(seen).toHaveLength(taken);
  });

  it('goes on by itself after its connections were ended', async () => {
    const { follower, seen, errors } = follow({ intervalMs: 20 });
    await follower.sync();
    const ender = await database.pool.connect();
    await ender.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    const [position] = await insert(ender, 1);
    ender.release();
    await eventually('the row', () => seen.includes(position ?? 0));
    expect(errors.length).toBeLessThanOrEqual(1);
    // The pool may still hand out a connection that has been ended and does not know it.
    const synced = () =>
      follower.sync().then(
        () => true,
        () => false,
      );
    await eventually('it to read again', synced);
    expect(follower.healthy).toBe(true);
  });
});
