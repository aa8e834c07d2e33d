import { EventEmitter, once } from 'node:events';
import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { withEventContext } from '../context';
import { createEventSystem } from '../event-system';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { echoed, entered, note, noted } from '../testing/contracts';
import { countOnWire } from '../testing/wire';

describe('emit', () => {
  let backbone: TestBackbone;
  const silent = { committed: () => undefined, close: async () => undefined };
  beforeAll(async () => {
    backbone = await createTestBackbone();
    await backbone.database.pool.query('create table state (id text primary key)');
  });
  afterAll(() => backbone.close());

  const rows = async (query: string, values: unknown[] = []) =>
    (await backbone.database.pool.query(query, values)).rows;
  const echoes = (noteId: string) =>
    rows('select event_id as id from event_history where subject = $1 order by position', [`note:${noteId}`]);

  describe('what goes over the wire', () => {
    // Without hints, which have a connection of their own.
    const events = () => createEventSystem({ database: backbone.database, notifier: silent, now: () => new Date() });
    const insert = (id: string) => sql`insert into state values (${id})`;

    test.each([
      ['an event', 1, 5],
      ['many events', 3, 5],
      ['no event', 0, 4],
    ])(
      'a unit with one statement and %s: begin, settings, the statement; one write, commit; two round trips',
      async (_, count, statements) => {
        const run = (id: string) =>
          events().transaction(async (work) => {
            await work.tx.execute(insert(`${id} ${count}`));
            for (let index = 0; index < count; index += 1) work.emit(echoed, { noteId: 'wire' });
          });
        await run('warm');
        expect(await countOnWire(() => run('counted'))).toEqual({ statements, roundTrips: 2 });
      },
    );

    test('a unit that only emits takes one round trip, one that does nothing takes none', async () => {
      const emits = () => events().transaction(async (work) => work.emit(echoed, { noteId: 'wire' }));
      expect(await countOnWire(emits)).toEqual({ statements: 2, roundTrips: 1 });
      expect(await countOnWire(() => events().transaction(async () => undefined))).toEqual({
        statements: 0,
        roundTrips: 0,
      });
    });

    test('emitEvent and emitEvents take one round trip, with pushes and order too', async () => {
      const once = { statements: 1, roundTrips: 1 };
      expect(await countOnWire(() => events().emitEvent(echoed, { noteId: 'wire' }, 'test'))).toEqual(once);
      const many = Array.from({ length: 500 }, () => ({ event: echoed, data: { noteId: 'wire' } }));
      expect(await countOnWire(() => events().emitEvents(many, 'test'))).toEqual(once);
      const all = [
        { event: noted, data: note('wire') },
        { event: entered, data: { account: 'wire', amount: 1 } },
      ] as const;
      expect(await countOnWire(() => events().emitEvents(all, 'test'))).toEqual({ statements: 3, roundTrips: 1 });
    });
  });

  describe('emitEvents', () => {
    test('writes all, in the order given, and answers with their ids', async () => {
      const ids = await backbone.events.emitEvents(
        [
          { event: noted, data: note('many', 'first') },
          { event: echoed, data: { noteId: 'many' }, subject: 'note:other' },
          { event: noted, data: note('many', 'third') },
        ],
        'batch',
      );
      const written = await rows(
        'select event_id, subject, source_module from event_history where event_id = any ($1) order by position',
        [ids],
      );
      expect(written).toEqual([
        { event_id: ids[0], subject: 'note:many', source_module: 'batch' },
        { event_id: ids[1], subject: 'note:other', source_module: 'batch' },
        { event_id: ids[2], subject: 'note:many', source_module: 'batch' },
      ]);
      expect(await rows('select from event_outbox where event_id = any ($1)', [ids])).toHaveLength(3);
      expect(
        await rows(`select data->>'text' as text from push_message where channel = 'room:many' order by "offset"`),
      ).toEqual([{ text: 'first' }, { text: 'third' }]);
      expect(await backbone.events.emitEvents([], 'batch')).toEqual([]);
    });

    test('writes nothing when one is invalid, or when the database refuses a part', async () => {
      const mixed = [
        { event: echoed, data: { noteId: 'all or nothing' } },
        { event: echoed, data: { noteId: 7 } },
      ];
      await expect(backbone.events.emitEvents(mixed as never, 'test')).rejects.toMatchObject({
        code: 'event_data_invalid',
        type: 'test:echoed',
        issues: [{ path: 'noteId' }],
      });
      await backbone.database.pool.query(
        `alter table push_message add constraint refused check (channel <> 'room:refused')`,
      );
      const refused = [
        { event: echoed, data: { noteId: 'all or nothing' } },
        { event: noted, data: note('refused') },
      ] as const;
      await expect(backbone.events.emitEvents(refused, 'test')).rejects.toMatchObject({ constraint: 'refused' });
      expect(await echoes('all or nothing')).toEqual([]);
      expect(await echoes('refused')).toEqual([]);
    });

    test('refuses too many, unknown types, and an open unit of work', async () => {
      const many = Array.from({ length: 5_001 }, () => ({ event: echoed, data: { noteId: 'too many' } }));
      await expect(backbone.events.emitEvents(many, 'test')).rejects.toMatchObject({ code: 'too_many_events' });
      await expect(backbone.events.emitEvents([{ event: 'no:such', data: {} }], 'test')).rejects.toMatchObject({
        code: 'event_type_unknown',
      });
      await backbone.events.transaction(async () => {
        await expect(backbone.events.emitEvents(many.slice(0, 1), 'test')).rejects.toMatchObject({
          code: 'emit_inside_unit_of_work',
        });
      });
      expect(await echoes('too many')).toEqual([]);
    });
  });

  describe('options', () => {
    test('correlation and causation are carried by themselves, and may be given', async () => {
      const [around, given] = [uuidv7(), uuidv7()];
      const context = { correlationId: around, causationId: around, actor: 'user:1' };
      const ids = await withEventContext(context, () =>
        backbone.events.emitEvents(
          [
            { event: echoed, data: { noteId: 'context' } },
            { event: echoed, data: { noteId: 'context' }, correlationId: given, causationId: null },
          ],
          'test',
        ),
      );
      const written =
        'select correlation_id, causation_id, actor from event_history where event_id = any ($1) order by position';
      expect(await rows(written, [ids])).toEqual([
        { correlation_id: around, causation_id: around, actor: 'user:1' },
        { correlation_id: given, causation_id: null, actor: 'user:1' },
      ]);
    });

    test.each([
      [{ correlationId: 'mine' }, 'correlationId'],
      [{ causationId: 'mine' }, 'causationId'],
      [{ idempotencyKey: '' }, 'idempotencyKey'],
      [{ idempotencyKey: 'x'.repeat(201) }, 'idempotencyKey'],
      [{ subject: '' }, 'subject'],
    ])('%j is refused with its path, and nothing is written', async (options, path) => {
      await expect(backbone.events.emitEvent(echoed, { noteId: 'refused' }, 'test', options)).rejects.toMatchObject({
        code: 'event_data_invalid',
        issues: [{ path }],
      });
      expect(await echoes('refused')).toEqual([]);
    });
  });

  describe('an idempotency key', () => {
    test('answers with the first event, among those of its type', async () => {
      const emit = (noteId: string) => backbone.events.emitEvent(echoed, { noteId }, 'test', { idempotencyKey: 'k1' });
      const first = await emit('first');
      expect(await emit('second')).toBe(first);
      expect(await echoes('first')).toEqual([{ id: first }]);
      expect(await echoes('second')).toEqual([]);
      expect(await rows('select idempotency_key as key from event_history where event_id = $1', [first])).toEqual([
        { key: 'k1' },
      ]);
      const other = await backbone.events.emitEvent(entered, { account: 'k1', amount: 1 }, 'test', {
        idempotencyKey: 'k1',
      });
      expect(other).not.toBe(first);
    });

    test('makes one event of all rivals, alone or in lists', async () => {
      const alone = () => backbone.events.emitEvent(echoed, { noteId: 'rivals' }, 'test', { idempotencyKey: 'r1' });
      const request = (idempotencyKey: string) => ({ event: echoed, data: { noteId: 'rivals' }, idempotencyKey });
      const list = (...keys: string[]) => backbone.events.emitEvents(keys.map(request), 'test');
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, turn) =>
          turn % 3 === 0 ? alone().then((id) => [id]) : turn % 3 === 1 ? list('r1', 'r2', 'r1') : list('r2', 'r1'),
        ),
      );
      const [r1] = answers[0] as [string];
      const [, r2] = answers[1] as [string, string];
      expect(answers).toEqual(answers.map((_, turn) => [[r1], [r1, r2, r1], [r2, r1]][turn % 3]));
      expect((await echoes('rivals')).map(({ id }) => id).sort()).toEqual([r1, r2].sort());
    });

    test('belongs to its unit of work: rolled back with it, and a rival that waited is the first then', async () => {
      const gate = new EventEmitter();
      const [held, end] = [once(gate, 'held'), once(gate, 'end')];
      const givingUp = backbone.events.transaction(async (work) => {
        await work.emit(echoed, { noteId: 'given up' }, { idempotencyKey: 'w1' });
        gate.emit('held');
        await end;
        throw new Error('changed my mind');
      });
      await held;
      const waiting = backbone.events.emitEvent(echoed, { noteId: 'waited' }, 'test', { idempotencyKey: 'w1' });
      await eventually('the rival to wait', async () => {
        const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        return (await rows(waits)).length === 1;
      });
      gate.emit('end');
      await expect(givingUp).rejects.toThrow('changed my mind');
      const id = await waiting;
      expect(await echoes('given up')).toEqual([]);
      expect(await echoes('waited')).toEqual([{ id }]);
    });

    test('counts though nobody awaited it, and ends with its record', async () => {
      await backbone.events.transaction(async (work) => {
        void work.emit(echoed, { noteId: 'not awaited' }, { idempotencyKey: 'n1' });
      });
      const [first] = await echoes('not awaited');
      const again = () =>
        backbone.events.emitEvent(echoed, { noteId: 'not awaited' }, 'test', { idempotencyKey: 'n1' });
      expect(await again()).toBe(first?.id);
      await backbone.database.pool.query(`update idempotency_record set expires_at = now() where key = 'n1'`);
      const renewed = await again();
      expect(renewed).not.toBe(first?.id);
      expect(await again()).toBe(renewed);
    });
  });

  describe('an ordered contract', () => {
    test('draws its position when it has its subject, and holds up no other', async () => {
      const rival = await backbone.database.pool.connect();
      await rival.query(`begin; select pg_advisory_xact_lock(hashtextextended('subject account:a', 0))`);
      const emit = (account: string) => backbone.events.emitEvent(entered, { account, amount: 1 }, 'test');
      const held = emit('a');
      await eventually(
        'the writer to wait',
        async () => (await rows(`select from pg_locks where locktype = 'advisory' and not granted`)).length === 1,
      );
      const other = await emit('b');
      const unordered = await backbone.events.emitEvent(echoed, { noteId: 'x' }, 'test', { subject: 'account:a' });
      await rival.query('commit');
      rival.release();
      const ids = [other, unordered, await held];
      const order = await rows('select event_id as id from event_history where event_id = any ($1) order by position', [
        ids,
      ]);
      expect(order.map(({ id }) => id)).toEqual(ids);
    });

    test('locks several subjects in one order, whoever emits them', async () => {
      const emit = (accounts: readonly string[]) =>
        backbone.events.transaction(async (work) => {
          await work.tx.execute(sql`select 1`);
          for (const account of accounts) work.emit(entered, { account, amount: 1 });
        });
      const orders = [
        ['p', 'q', 'r'],
        ['r', 'q', 'p'],
        ['q', 'p', 'r'],
      ];
      await Promise.all(Array.from({ length: 60 }, (_, turn) => emit(orders[turn % 3] as string[])));
      expect(
        await rows(`select count(*) from event_history where subject in ('account:p', 'account:q', 'account:r')`),
      ).toEqual([{ count: 180 }]);
    });
  });
});
