import { randomUUID } from 'node:crypto';
import { ensurePartitions, listPartitions, type Partition } from '@skelly/db';
import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import type pg from 'pg';
import { discardDeadLetters } from '../dead-letters/resolve';
import { createTestLog, type TestLog } from '../testing/log';
import { type Removed, runRetention } from './retention';

const DAY_MS = 86_400_000;
const DAYS = { history: 400, processingLog: 90, pushes: 7 };

describe('retention', () => {
  // A Wednesday, in a week that the test makes; everything is long over at LATER.
  const THEN = new Date('2020-01-15T12:00:00Z');
  const daysAfter = (days: number) => new Date(THEN.getTime() + days * DAY_MS);
  const LATER = daysAfter(500);
  const WEEK = { event_history: 'event_history_20200113', event_processing_log: 'event_processing_log_20200113' };

  const OTHER_WEEKS = ['20200106', '20200127', '20200203', '20200210', '20200217'];
  let database: TestDatabase;
  let log: TestLog;
  beforeEach(async () => {
    database = await createTestDatabase();
    log = createTestLog();
    await database.pool.query(
      `insert into event_route (type, handler, queue, kind, since_position) values ('test:at', 'test.handler', 'main', 'handle', 0)`,
    );
  });
  afterEach(() => database.drop());

  async function inClient<T>(run: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const client = await database.pool.connect();
    try {
      return await run(client);
    } finally {
      client.release();
    }
  }
  const query = async (text: string, values: readonly unknown[] = []) =>
    (await database.pool.query(text, [...values])).rows;
  const run = (now: Date): Promise<Removed | undefined> =>
    runRetention({ directUrl: database.url, log, now: () => now }, DAYS);
  const stateOf = async (name: string): Promise<Partition['state'] | 'dropped'> =>
    (await inClient(listPartitions)).find((partition) => partition.name === name)?.state ?? 'dropped';
  const count = async (table: string) => Number((await query(`select count(*) as rows from ${table}`))[0].rows);

  /** An event of the week, and its id. */
  async function emit(at = THEN): Promise<string> {
    const [{ id }] = await query(
      `insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
       values (uuid_floor($1), 'test:at', 1, 'test', 'x:1', '{}', 'system', gen_random_uuid(), $1) returning event_id as id`,
      [at],
    );
    return id;
  }
  const finish = (eventId: string) =>
    query(
      `insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, finished_at)
       values ($1, 'test.handler', 'finished', 'main', 1, 'test', now(), now())
       on conflict (event_id, handler, run) do update set status = 'finished', finished_at = now(), lease_until = null`,
      [eventId],
    );
  const bury = (eventId: string) =>
    query(
      `insert into event_dead_letter (event_id, handler, run, reason, error)
           values ($1, 'test.handler', '00000000-0000-0000-0000-000000000000', 'test', 'test')`,
      [eventId],
    );

  describe('of weeks', () => {
    beforeEach(async () => {
      await inClient((client) => ensurePartitions(client, THEN));
      // Two weeks tell as much as seven, in less time.
      await query(
        `drop table ${OTHER_WEEKS.flatMap((week) => [`event_history_${week}`, `event_processing_log_${week}`])}`,
      );
    });

    test('drops the processing log after 90 days and the history after 400, and not a day before', async () => {
      await finish(await emit());
      // The week ends on Monday the 20th, five days and a half after its event.
      const end = (days: number) => new Date(Date.UTC(2020, 0, 20) + days * DAY_MS);
      await run(new Date(end(90).getTime() - 1));
      expect(await stateOf(WEEK.event_processing_log)).toBe('attached');
      await run(end(90));
      expect(await stateOf(WEEK.event_processing_log)).toBe('dropped');
      await run(new Date(end(400).getTime() - 1));
      expect(await stateOf(WEEK.event_history)).toBe('attached');
      await run(end(400));
      expect(await stateOf(WEEK.event_history)).toBe('dropped');
      expect(await count('event_history')).toBe(0);
    });

    test.each<[string, (eventId: string) => Promise<unknown>, (eventId: string) => Promise<unknown>]>([
      ['unfinished', async () => undefined, finish],
      [
        'waits',
        async (eventId) => {
          await finish(eventId);
          await query(
            `insert into event_schedule (key, kind, due_at, event_id, handler) values ('x', 'parked', now(), $1, 'test.other')`,
            [eventId],
          );
        },
        () => query('delete from event_schedule'),
      ],
      [
        'due',
        async (eventId) => {
          await finish(eventId);
          await query('insert into event_outbox (event_id) values ($1)', [eventId]);
        },
        () => query('delete from event_outbox'),
      ],
      ['dead', bury, () => discardDeadLetters({ database }, { all: true }, { reason: 'a test' })],
      [
        'running',
        (eventId) =>
          query(
            `insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, lease_until)
             values ($1, 'test.handler', 'running', 'main', 1, 'test', now(), now() + interval '1 hour')`,
            [eventId],
          ),
        finish,
      ],
    ])('keeps a week that holds what is %s, says so, and drops it when that is over', async (why, hold, release) => {
      const eventId = await emit();
      await hold(eventId);
      const removed = await run(LATER);
      expect(await stateOf(WEEK.event_history)).toBe('attached');
      expect(await stateOf(WEEK.event_processing_log)).toBe('attached');
      expect(removed?.partitions).toContain('event_history_20200120');
      expect(log.lines).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          fields: expect.objectContaining({ partition: WEEK.event_history, why, eventId }),
        }),
      );
      await release(eventId);
      await run(LATER);
      expect(await stateOf(WEEK.event_history)).toBe('dropped');
      expect(await stateOf(WEEK.event_processing_log)).toBe('dropped');
    });

    test('does not wait for handlers that were registered later, or whose route has ended', async () => {
      await finish(await emit());
      await query(`insert into event_route (type, handler, queue, kind, since_position)
                   select 'test:at', 'test.later', 'main', 'handle', last_value from event_position`);
      await query(`insert into event_route (type, handler, queue, kind, since_position, retired_at)
                   values ('test:at', 'test.retired', 'main', 'handle', 0, now())`);
      await run(LATER);
      expect(await stateOf(WEEK.event_history)).toBe('dropped');
    });

    test('holds up no writer while a reader holds it up, and finishes when the reader has gone', async () => {
      await finish(await emit());
      await inClient((client) => ensurePartitions(client, LATER));
      const reader = await database.pool.connect();
      await reader.query('begin; select count(*) from event_history; select count(*) from event_processing_log');
      const running = run(LATER);
      await eventually('the detach waiting for the reader', async () => {
        const waiting = await query(
          `select from pg_stat_activity where application_name = 'skelly-retention' and wait_event_type = 'Lock' and query like '%detach%'`,
        );
        return waiting.length > 0;
      });
      await inClient(async (client) => {
        await client.query(`begin; set local lock_timeout = '500ms'`);
        for (let write = 0; write < 20; write += 1) {
          await client.query(
            `insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
             values (uuid_floor($1), 'test:at', 1, 'test', 'x:1', '{}', 'system', gen_random_uuid(), $1)`,
            [new Date(LATER.getTime() + write)],
          );
        }
        await client.query('commit');
      });
      await running;
      const states = async () => [await stateOf(WEEK.event_history), await stateOf(WEEK.event_processing_log)];
      expect(await states()).not.toContain('dropped');
      expect((await inClient(listPartitions)).map(({ state }) => state)).toContain('detaching');
      await reader.query('commit');
      reader.release();
      await run(LATER);
      expect(await states()).toEqual(['dropped', 'dropped']);
      expect(await count('event_history')).toBe(20);
    });

    test('puts a week back that began to hold something while it was being detached', async () => {
      const eventId = await emit();
      await finish(eventId);
      const reader = await database.pool.connect();
      await reader.query('begin; select count(*) from event_history');
      await run(LATER);
      const [detaching] = (await inClient(listPartitions)).filter(
        ({ state, parent }) => state === 'detaching' && parent === 'event_history',
      );
      await reader.query('commit');
      reader.release();
      await query(
        `insert into event_schedule (key, kind, due_at, event_id, handler) values ('x', 'retry', now(), uuid_floor($1), 'test.handler')`,
        [detaching?.from],
      );
      await run(LATER);
      expect(await stateOf(detaching?.name as string)).toBe('attached');
    });

    test.each<[string, boolean, Date, string]>([
      ['drops', false, LATER, 'dropped'],
      ['puts back, as it holds something,', true, LATER, 'attached'],
      ['puts back, as it is young after all,', false, THEN, 'attached'],
    ])('%s a week that a run which died had detached', async (_what, held, now, state) => {
      const eventId = await emit();
      await finish(eventId);
      if (held) await bury(eventId);
      await query(`alter table event_history detach partition ${WEEK.event_history}`);
      await run(now);
      expect(await stateOf(WEEK.event_history)).toBe(state);
      expect(await count('event_history')).toBe(state === 'attached' ? 1 : 0);
    });

    test('is done by one of several at once', async () => {
      await finish(await emit());
      const removed = await Promise.all([run(LATER), run(LATER), run(LATER)]);
      expect(
        removed.flatMap((run) => run?.partitions ?? []).filter((name) => name === WEEK.event_history),
      ).toHaveLength(1);
    });
  });

  describe('of rows', () => {
    const at = (days: number, ms = 0) => new Date(LATER.getTime() - days * DAY_MS + ms);

    test('deletes failed tries after 90 days, but not of what waits or is dead', async () => {
      const ids = Array.from({ length: 4 }, () => randomUUID());
      const [, young, waiting, dead] = ids as [string, string, string, string];
      for (const eventId of ids)
        await query(
          `insert into event_attempt (event_id, handler, attempt, error_name, error_message, started_at, failed_at)
           values ($1, 'test.handler', 1, 'Error', 'x', now(), $2)`,
          [eventId, eventId === young ? at(90) : at(90, -1)],
        );
      await query(
        `insert into event_schedule (key, kind, due_at, event_id, handler) values ('x', 'retry', now(), $1, 'test.handler')`,
        [waiting],
      );
      await bury(dead);
      expect((await run(LATER))?.rows).toEqual(new Map([['event_attempt', 1]]));
      expect((await query('select event_id from event_attempt')).map(({ event_id }) => event_id).sort()).toEqual(
        [young, waiting, dead].sort(),
      );
    });

    test('deletes more than a batch', async () => {
      await query(
        `insert into idempotency_record (scope, key, request_hash, response, expires_at)
         select 'test', n::text, '', '{}', $1 from generate_series(1, 2500) as n`,
        [at(0, -1)],
      );
      await query(
        `insert into idempotency_record (scope, key, request_hash, response, expires_at) values ('test', 'live', '', '{}', $1)`,
        [at(0, 1)],
      );
      expect((await run(LATER))?.rows).toEqual(new Map([['idempotency_record', 2500]]));
      expect(await query('select key from idempotency_record')).toEqual([{ key: 'live' }]);
    });

    test('deletes dead letters 400 days after they were resolved, never open ones', async () => {
      await query(
        `insert into event_dead_letter (body, queue, message_id, reason, error, failed_at, resolved_at)
         values ('x', 'main', 'old', 'r', 'e', $1, $1), ('x', 'main', 'young', 'r', 'e', $1, $2), ('x', 'main', 'open', 'r', 'e', $1, null)`,
        [at(400, -1), at(400)],
      );
      await run(LATER);
      expect(await query('select message_id from event_dead_letter order by message_id')).toEqual([
        { message_id: 'open' },
        { message_id: 'young' },
      ]);
    });

    test('deletes a correction once its dead letter is gone', async () => {
      const [kept, gone] = [randomUUID(), randomUUID()];
      await bury(kept);
      await query(
        `insert into event_correction (event_id, handler, run, version, data, actor, note, created_at)
         select id, 'test.handler', '00000000-0000-0000-0000-000000000000', 1, '{}', 'cli', 'why', $2 from unnest($1::uuid[]) as id`,
        [[kept, gone], at(1, -1)],
      );
      await run(LATER);
      expect(await query('select event_id from event_correction')).toEqual([{ event_id: kept }]);
    });

    test('takes a stream’s beginning after 7 days, and never leaves a hole', async () => {
      // The third began before the second and got its offset after it.
      await query(
        `insert into push_message (channel, "offset", event_id, type, data, created_at)
         values ('all', 1, gen_random_uuid(), 't', '{}', $1), ('all', 2, gen_random_uuid(), 't', '{}', $2), ('all', 3, gen_random_uuid(), 't', '{}', $1)`,
        [at(7, -1), at(7, 1)],
      );
      await run(LATER);
      expect(await query('select "offset" from push_message order by 1')).toEqual([{ offset: 2 }, { offset: 3 }]);
      await query('delete from push_message');
      await query(
        `insert into push_message (channel, "offset", event_id, type, data, created_at) values ('all', 4, gen_random_uuid(), 't', '{}', $1)`,
        [at(7, -1)],
      );
      await run(LATER);
      expect(await count('push_message')).toBe(0);
    });

    test('forgets silent processes after an hour, and announcements 400 days later when they are over', async () => {
      await query(
        `insert into process_heartbeat (kind, instance, ready, at)
         select 'worker', nth, true, at from unnest($1::timestamptz[]) with ordinality as given (at, nth)`,
        [[at(0, -61 * 60_000), at(0, -59 * 60_000)]],
      );
      await query(
        `insert into system_announcement (id, text, published_at, until, withdrawn_at)
         select gen_random_uuid(), 'a', $1::timestamptz, null::timestamptz, $1::timestamptz from generate_series(1, 2)
         union all select gen_random_uuid(), 'b', $1::timestamptz, null, null`,
        [at(400, -1)],
      );
      await run(LATER);
      expect(await query('select instance from process_heartbeat')).toEqual([{ instance: '2' }]);
      expect(await query('select text from system_announcement')).toEqual([{ text: 'b' }]);
    });

    test('forgets who was shown a message when the message goes', async () => {
      await query(
        `insert into push_seen (channel, "offset", user_id, tab, connection_id, shown_at, waited_ms)
         select 'all', nth, gen_random_uuid(), 't', gen_random_uuid(), shown_at, 0
           from unnest($1::timestamptz[]) with ordinality as given (shown_at, nth)`,
        [[at(7, -1), at(7, 1)]],
      );
      await run(LATER);
      expect(await query('select "offset" from push_seen')).toEqual([{ offset: 2 }]);
    });

    test('deletes notes after 400 days, and 30 days after they were taken down', async () => {
      const userId = randomUUID();
      await query(
        `insert into users (id, email, display_name, password_hash) values ($1, 'mara@example.com', 'Mara', 'none')`,
        [userId],
      );
      await query(
        `insert into room_note (id, room_id, user_id, body, created_at, removed_at)
         select gen_random_uuid(), room.id, $1, given.body, given.created_at, given.removed_at
           from room, (values ('old', $2::timestamptz, null::timestamptz), ('young', $3, null), ('down', $3, $4), ('just down', $3, $5))
             as given (body, created_at, removed_at)`,
        [userId, at(400, -1), at(400), at(30, -1), at(30)],
      );
      expect((await run(LATER))?.rows).toEqual(new Map([['room_note', 2]]));
      expect(await query('select body from room_note order by body')).toEqual([
        { body: 'just down' },
        { body: 'young' },
      ]);
    });

    test('deletes sessions and links 30 days after their end, notifications after 400 days with their count', async () => {
      const [{ id: userId }] = await query(
        `insert into users (id, email, display_name, password_hash) values (gen_random_uuid(), 'a@b.c', 'A', 'x') returning id`,
      );
      await query(
        `insert into user_session (token_hash, id, user_id, expires_at, revoked_at)
         values ('expired', gen_random_uuid(), $1, $2, null), ('revoked', gen_random_uuid(), $1, $4, $2),
                ('lately', gen_random_uuid(), $1, $3, null), ('open', gen_random_uuid(), $1, $4, null)`,
        [userId, at(30, -1), at(30), at(-30)],
      );
      await query(
        `insert into email_verification (token_hash, user_id, email, expires_at) values ('old', $1, 'a@b.c', $2), ('young', $1, 'a@b.c', $3)`,
        [userId, at(30, -1), at(30)],
      );
      await query(
        `insert into live_token (token_hash, session_id, expires_at)
         select token.hash, session.id, token.expires_at
           from user_session as session, (values ('old'::bytea, $1::timestamptz), ('young', $2)) as token (hash, expires_at)
          where session.token_hash = 'open'`,
        [at(1, -1), at(1)],
      );
      for (const [createdAt, readAt, archivedAt] of [
        [at(400, -1), null, null],
        [at(400, -2), at(400), null],
        [at(400, -3), null, at(400)],
        [at(400, 1), null, null],
      ])
        await query(
          `insert into notification (id, user_id, category, title, body, created_at, read_at, archived_at)
           values (uuid_floor($2), $1, 'c', 't', 'b', $2, $3, $4)`,
          [userId, createdAt, readAt, archivedAt],
        );
      await query('insert into notification_inbox (user_id, unread, version) values ($1, 2, 7)', [userId]);
      await run(LATER);
      expect(await query(`select encode(token_hash, 'escape') as token from user_session order by 1`)).toEqual([
        { token: 'lately' },
        { token: 'open' },
      ]);
      for (const table of ['email_verification', 'live_token'])
        expect(await query(`select encode(token_hash, 'escape') as token from ${table}`)).toEqual([{ token: 'young' }]);
      expect(await count('notification')).toBe(1);
      expect(await query('select unread, version from notification_inbox')).toEqual([{ unread: 1, version: 8 }]);
    });

    test('leaves an inbox that somebody is changing for the next run, and others not', async () => {
      const users = await query(
        `insert into users (id, email, display_name, password_hash)
         values (gen_random_uuid(), 'held@b.c', 'A', 'x'), (gen_random_uuid(), 'free@b.c', 'A', 'x') returning id`,
      );
      const [held, free] = users.map(({ id }) => id);
      await query(
        `insert into notification (id, user_id, category, title, body, created_at)
         select uuid_floor($2::timestamptz - nth * interval '1 second'), id, 'c', 't', 'b', $2
         from unnest($1::uuid[]) with ordinality as given (id, nth)`,
        [[held, free], at(400, -1)],
      );
      await query(
        'insert into notification_inbox (user_id, unread, version) select id, 1, 1 from unnest($1::uuid[]) as id',
        [[held, free]],
      );
      await inClient(async (client) => {
        await client.query('begin');
        await client.query('select from notification_inbox where user_id = $1 for update', [held]);
        expect((await run(LATER))?.rows.get('notification')).toBe(1);
        await client.query('rollback');
      });
      expect(await query('select user_id as id from notification where user_id = any ($1)', [[held, free]])).toEqual([
        { id: held },
      ]);
      expect((await run(LATER))?.rows.get('notification')).toBe(1);
      expect(
        await query('select unread, version from notification_inbox where user_id = any ($1)', [[held, free]]),
      ).toEqual([
        { unread: 0, version: 2 },
        { unread: 0, version: 2 },
      ]);
    });

    test('forgets what became of notifications after 400 days', async () => {
      const [{ id: userId }] = await query(
        `insert into users (id, email, display_name, password_hash) values (gen_random_uuid(), 'told@b.c', 'A', 'x') returning id`,
      );
      for (const moment of [at(400, -1), at(400)])
        await query(
          `insert into notification_delivery (event_id, user_id, category, channel, status, reason, decided_at, at)
           values (gen_random_uuid(), $1, 'c', 'mail', 'delivered', 'default', $2, $2)`,
          [userId, moment],
        );
      expect((await run(LATER))?.rows).toEqual(new Map([['notification_delivery', 1]]));
      expect(await query('select at from notification_delivery')).toEqual([{ at: at(400) }]);
    });

    test('forgets how far a subject has come after 400 days, and suspects after 14', async () => {
      await query(
        `insert into event_progress (handler, subject, position, updated_at) values ('h', 'old', 1, $1), ('h', 'young', 1, $2)`,
        [at(400, -1), at(400)],
      );
      await query(
        `insert into event_suspect (event_id, handler, run, starts, worker, started_at)
         values (gen_random_uuid(), 'old', gen_random_uuid(), 1, 'w', $1), (gen_random_uuid(), 'young', gen_random_uuid(), 1, 'w', $2)`,
        [at(14, -1), at(14)],
      );
      await run(LATER);
      expect(await query('select subject from event_progress')).toEqual([{ subject: 'young' }]);
      // What tells that events are done stays as long as they do.
      await inClient((client) => ensurePartitions(client, LATER));
      await emit(LATER);
      await query(
        `insert into event_progress (handler, subject, position, updated_at) select 'h', subject, position, $1 from event_history`,
        [at(400, -1)],
      );
      await run(LATER);
      expect(await query('select subject from event_progress order by subject')).toEqual([
        { subject: 'x:1' },
        { subject: 'young' },
      ]);
      expect(await query('select handler from event_suspect')).toEqual([{ handler: 'young' }]);
    });

    test('waits for nobody who holds a row', async () => {
      await query(
        `insert into idempotency_record (scope, key, request_hash, response, expires_at) values ('test', 'held', '', '{}', $1)`,
        [at(1)],
      );
      const holder = await database.pool.connect();
      await holder.query('begin; select from idempotency_record for update');
      expect((await run(LATER))?.rows).toEqual(new Map());
      await holder.query('commit');
      holder.release();
      expect((await run(LATER))?.rows).toEqual(new Map([['idempotency_record', 1]]));
    });
  });
});
