import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { withEventContext } from '../context';
import { createListener, type Listener } from '../hints/listener';
import { HINT_CHANNELS } from '../hints/notifier';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { note, noted } from '../testing/contracts';
import type { UnitOfWork } from './unit';

describe('transaction', () => {
  let backbone: TestBackbone;
  beforeAll(async () => {
    backbone = await createTestBackbone();
    await backbone.database.pool.query('create table state (id text primary key)');
  });
  afterAll(() => backbone.close());

  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;

  test('state, event, pointer and pushes commit together', async () => {
    const eventId = await backbone.events.transaction(async (work) => {
      await work.tx.execute(sql`insert into state values ('together')`);
      return work.emit(noted, { noteId: 'together', text: 'hello', secret: 'inside' });
    });
    expect(await rows(`select * from state where id = 'together'`)).toHaveLength(1);
    const [event] = await rows(`select * from event_history where event_id = '${eventId}'`);
    expect(event).toMatchObject({
      type: 'test:noted',
      version: 1,
      source_module: 'test',
      subject: 'note:together',
      tenant: 'main',
      actor: 'system',
      data: { noteId: 'together', text: 'hello', secret: 'inside' },
    });
    expect(await rows(`select status, handler, queue from event_outbox where event_id = '${eventId}'`)).toEqual([
      { status: 'pending', handler: null, queue: null },
    ]);
    expect(
      await rows(`select channel, "offset", data from push_message where event_id = '${eventId}' order by channel`),
    ).toEqual([
      { channel: 'all', offset: expect.any(Number), data: { noteId: 'together' } },
      { channel: 'room:together', offset: 1, data: { noteId: 'together', text: 'hello' } },
    ]);
  });

  test('nothing is written when the callback throws, and the connection is given back', async () => {
    const before = await rows('select count(*) from event_history');
    for (let run = 0; run < 30; run += 1) {
      await expect(
        backbone.events.transaction(async (work) => {
          work.emit(noted, note('never'));
          throw new Error('changed my mind');
        }),
      ).rejects.toThrow('changed my mind');
    }
    expect(await rows('select count(*) from event_history')).toEqual(before);
  });

  test('a swallowed SQL error does not pass for a commit', async () => {
    const swallowing = backbone.events.transaction(async (work) => {
      await work.tx.execute(sql`insert into no_such_table values (1)`).catch(() => undefined);
    });
    await expect(swallowing).rejects.toMatchObject({ code: 'transaction_aborted' });
  });

  test('invalid data throws at once, and the unit may go on without it', async () => {
    await backbone.events.transaction(async (work) => {
      expect(() => work.emit(noted, { noteId: 7 } as never)).toThrow(/test:noted was not emitted: noteId/);
      await work.tx.execute(sql`insert into state values ('went on')`);
    });
    expect(await rows(`select * from state where id = 'went on'`)).toHaveLength(1);
  });

  test.each([
    ['one with values', sql`insert into state values (${'begins with values'})`],
    ['one without', sql`insert into state values ('begins without')`],
  ])('begins with its first statement, %s, and the settings hold for it', async (_, first) => {
    const settings = sql`select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      (select count(*) from state where id like 'begins%') as begun`;
    const before = await rows('select count(*) from state');
    const failing = backbone.events.transaction(
      async ({ tx }) => {
        // Not awaited one by one: they go in the order in which they were asked.
        const [, { rows: held }] = await Promise.all([tx.execute(first), tx.execute(settings)]);
        expect(held).toEqual([{ statement: '7s', lock: '3s', begun: 1 }]);
        throw new Error('no');
      },
      { statementTimeoutMs: 7_000, lockTimeoutMs: 3_000 },
    );
    await expect(failing).rejects.toThrow('no');
    expect(await rows('select count(*) from state')).toEqual(before);
  });

  test('no statement runs after the unit, though nobody waited for it', async () => {
    const insert = (id: string) => sql`insert into state values (${id})`;
    const holder = await backbone.database.pool.connect();
    await holder.query('begin');
    await holder.query(`select pg_advisory_xact_lock(7)`);
    const failing = backbone.events.transaction(async ({ tx }) => {
      const slow = tx.execute(sql`select pg_advisory_xact_lock(${7})`);
      const later = tx.execute(insert('overtaken'));
      for (const statement of [slow, later]) statement.catch(() => undefined);
      await Promise.all([slow, later, Promise.reject(new Error('elsewhere'))]);
    });
    failing.catch(() => undefined);
    await eventually('the first statement to wait', async () => {
      const { rows: waiting } = await holder.query(`select from pg_locks where locktype = 'advisory' and not granted`);
      return waiting.length > 0;
    });
    await holder.query('commit');
    holder.release();
    await expect(failing).rejects.toThrow('elsewhere');
    expect(await rows(`select from state where id = 'overtaken'`)).toEqual([]);

    await backbone.events.transaction(async ({ tx }) => {
      for (const id of ['floats first', 'floats last']) tx.execute(insert(id)).catch(() => undefined);
    });
    expect(
      await rows(
        `select count(*) as rows, count(distinct xmin::text) as transactions from state where id like 'floats%'`,
      ),
    ).toEqual([{ rows: 2, transactions: 1 }]);
  });

  test('a first statement that fails takes nothing with it', async () => {
    const failing = (statement: ReturnType<typeof sql>) =>
      backbone.events.transaction(({ tx }) => tx.execute(statement));
    await expect(failing(sql`select ${'x'}::int`)).rejects.toMatchObject({ cause: { code: '22P02' } });
    await expect(failing(sql`select from nowhere`)).rejects.toMatchObject({ cause: { code: '42P01' } });
    expect(await rows('select now() = statement_timestamp() as outside')).toEqual([{ outside: true }]);
  });

  test('whoever kept the queries of a unit that is over does not reach its connection', async () => {
    let kept: UnitOfWork['tx'] | undefined;
    const given = backbone.events.transaction(async ({ tx }) => {
      kept = tx;
      throw new Error('over');
    });
    await expect(given).rejects.toThrow('over');
    await expect(kept?.execute(sql`insert into state values ('too late')`)).rejects.toMatchObject({
      cause: { code: 'unit_of_work_over' },
    });
    expect(await rows(`select from state where id = 'too late'`)).toEqual([]);
  });

  test('a unit of work is neither nested nor outlived, and emitEvent is refused inside', async () => {
    let leaked: UnitOfWork | undefined;
    await backbone.events.transaction(async (work) => {
      leaked = work;
      await expect(backbone.events.transaction(async () => undefined)).rejects.toMatchObject({
        code: 'unit_of_work_nested',
      });
      await expect(backbone.events.emitEvent('user:logged.in', {} as never, 'test')).rejects.toMatchObject({
        code: 'emit_inside_unit_of_work',
      });
    });
    expect(() => leaked?.emit(noted, note('late'))).toThrow(/is over/);
    expect(() => leaked?.tx).toThrow(/is over/);
  });

  test('emitEvent is durable when it resolves, and knows the catalog only', async () => {
    const eventId = await backbone.events.emitEvent(noted, { noteId: 'alone', text: '', secret: '' }, 'somewhere', {
      subject: 'note:other',
    });
    expect(await rows(`select source_module, subject from event_history where event_id = '${eventId}'`)).toEqual([
      { source_module: 'somewhere', subject: 'note:other' },
    ]);
    await expect(backbone.events.emitEvent('test:unheard.of' as never, {} as never, 'test')).rejects.toMatchObject({
      code: 'event_type_unknown',
    });
  });

  test('actor, correlation and causation come from the context', async () => {
    const correlationId = '019a0000-0000-7000-8000-00000000c0de';
    const eventId = await withEventContext({ actor: 'user:1', correlationId }, () =>
      backbone.events.emitEvent(noted, { noteId: 'c', text: '', secret: '' }, 'test'),
    );
    expect(
      await rows(`select actor, correlation_id, causation_id from event_history where event_id = '${eventId}'`),
    ).toEqual([{ actor: 'user:1', correlation_id: correlationId, causation_id: null }]);
  });

  test('an abort ends the unit at once, whatever its callback does, and rolls back', async () => {
    const controller = new AbortController();
    const hanging = backbone.events.transaction(
      async (work) => {
        await work.tx.execute(sql`insert into state values ('revoked')`);
        controller.abort(new Error('too late'));
        await new Promise(() => undefined);
      },
      { signal: controller.signal },
    );
    await expect(hanging).rejects.toThrow('too late');
    await eventually(
      'the backend to be gone',
      async () =>
        (
          await rows(
            `select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
          )
        ).length === 0,
    );
    expect(await rows(`select * from state where id = 'revoked'`)).toEqual([]);
  });

  test('offsets of a channel are contiguous and in the order of positions under concurrent writers, without deadlocks', async () => {
    const channels = ['x', 'y', 'z'];
    async function write(index: number): Promise<void> {
      const own = channels[index % channels.length] as string;
      await backbone.events
        .transaction(async (work) => {
          // Each writer has its channels in another order.
          for (const id of index % 2 ? [own, 'shared'] : ['shared', own]) work.emit(noted, note(id));
          if (index % 10 === 0) throw new Error('rolled back');
        })
        .catch((error: Error) => expect(error.message).toBe('rolled back'));
    }
    const writers = Array.from({ length: 15 }, async (_, writer) => {
      for (let turn = 0; turn < 14; turn += 1) await write(writer * 14 + turn);
    });
    await Promise.all(writers);
    const streams = await rows(`
      select channel, array_agg("offset"::int order by "offset") as offsets, array_agg("offset"::int order by position) as by_position
      from push_message where channel in ('room:x', 'room:y', 'room:z', 'room:shared') group by channel`);
    expect(streams).toHaveLength(4);
    for (const { offsets, by_position } of streams) {
      expect(offsets).toEqual(offsets.map((_: number, index: number) => index + 1));
      expect(by_position).toEqual(offsets);
    }
  });

  describe('hints', () => {
    const heard: { channel: string; payload: string }[] = [];
    let listener: Listener;
    beforeAll(async () => {
      await new Promise<void>((resolve) => {
        listener = createListener({
          url: backbone.database.url,
          applicationName: 'test-listener',
          channels: Object.values(HINT_CHANNELS),
          onHint: (channel, payload) => heard.push({ channel, payload }),
          onConnect: resolve,
          onError: () => undefined,
        });
      });
    });
    afterAll(() => listener.close());
    const pushed = (noteId: string) =>
      heard.find(({ channel, payload }) => channel === HINT_CHANNELS.push && payload.includes(noteId));

    test('follow the commit and carry the frames', async () => {
      await backbone.events.emitEvent(noted, { noteId: 'hinted', text: 'now', secret: 'inside' }, 'test');
      const hint = await eventually('the push hint', () => pushed('hinted'));
      expect(JSON.parse(hint.payload)).toContainEqual({
        channel: 'room:hinted',
        offset: 1,
        epoch: expect.any(String),
        position: expect.any(Number),
        eventId: expect.any(String),
        correlationId: expect.any(String),
        type: 'test:noted',
        at: expect.stringMatching(/Z$/),
        data: { noteId: 'hinted', text: 'now' },
      });
      expect(heard.map(({ channel }) => channel)).toEqual(
        expect.arrayContaining([HINT_CHANNELS.outbox, HINT_CHANNELS.log]),
      );
    });

    test('a frame too large for a hint is told by its position', async () => {
      heard.length = 0;
      await backbone.events.emitEvent(noted, { noteId: 'large', text: 'x'.repeat(9_000), secret: '' }, 'test');
      const hint = await eventually('the push hint', () =>
        heard.find(({ payload }) => payload.includes('upTo') && payload.length < 50 && payload.startsWith('{"upTo"')),
      );
      expect(JSON.parse(hint.payload)).toEqual({ upTo: expect.any(Number) });
    });

    test('nothing is hinted for what was rolled back', async () => {
      heard.length = 0;
      await backbone.events
        .transaction(async (work) => {
          work.emit(noted, note('unheard'));
          throw new Error('no');
        })
        .catch(() => undefined);
      await backbone.events.emitEvent(noted, { noteId: 'afterwards', text: '', secret: '' }, 'test');
      await eventually('the next hint', () => pushed('afterwards'));
      expect(pushed('unheard')).toBeUndefined();
    });
  });
});
