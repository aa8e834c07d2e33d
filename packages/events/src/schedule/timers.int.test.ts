import { eventually } from '@skelly/testkit';
import { v7 as uuidv7 } from 'uuid';
import { withEventContext } from '../context';
import { createListener } from '../hints/listener';
import { HINT_CHANNELS } from '../hints/notifier';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { echoed, entered, findTestContract, note, noted } from '../testing/contracts';
import { startPromoter } from './promoter';
import { promoteTimers, refuseTimer } from './timer-pass';

const HOUR = 3_600_000;

describe('timers', () => {
  let backbone: TestBackbone;
  beforeAll(async () => {
    backbone = await createTestBackbone();
    await backbone.database.pool.query('create table state (id text primary key)');
  });
  afterAll(() => backbone.close());
  beforeEach(() =>
    backbone.database.pool.query(
      'truncate event_schedule; truncate event_history; truncate event_outbox; truncate push_message',
    ),
  );

  const rows = async (query: string, values: unknown[] = []) =>
    (await backbone.database.pool.query(query, values)).rows;
  const promote = (limit = 1_000, contracts = findTestContract) =>
    promoteTimers(
      { database: backbone.database, findContract: contracts, unknownGraceMs: 60_000 },
      { since: new Date(0), limit },
    );
  const set = (scheduleKey: string, delay = 0) =>
    backbone.events.emitEvent(echoed, { noteId: scheduleKey }, 'test', { delay, scheduleKey });
  const setMany = (count: number) =>
    backbone.events.emitEvents(
      Array.from({ length: count }, (_, index) => ({
        event: echoed,
        data: { noteId: `${index}` },
        delay: 0,
        scheduleKey: `${index}`,
      })),
      'test',
    );
  const fired = async () =>
    (await rows(`select data->>'noteId' as id from event_history order by position`)).map(({ id }) => id as string);
  const waiting = async () =>
    (await rows('select key from event_schedule order by key')).map(({ key }) => key as string);
  const backendsThatWait = () =>
    rows(`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);

  test('become events when they are due: id and position of then, the time that was said, context, pointer, pushes', async () => {
    const context = { actor: 'user:7', correlationId: uuidv7(), causationId: uuidv7(), traceparent: '00-aa-bb-01' };
    const key = await withEventContext(context, () =>
      backbone.events.emitEvent(noted, note('later', 'hello'), 'craft', { delay: 0, subject: 'craft:1' }),
    );
    expect(await waiting()).toEqual([`timer:${key}`]);
    const before = await backbone.events.emitEvent(echoed, { noteId: 'before' }, 'test');
    const [{ due_at: dueAt }] = await rows('select due_at from event_schedule');
    expect(await promote()).toMatchObject({ claimed: 1, fired: 1, postponed: [], dead: [] });
    const [event] = await rows(`select * from event_history where type = 'test:noted'`);
    expect(event).toMatchObject({
      version: 1,
      source_module: 'craft',
      subject: 'craft:1',
      actor: 'user:7',
      correlation_id: context.correlationId,
      causation_id: context.causationId,
      traceparent: '00-aa-bb-01',
      data: note('later', 'hello'),
      occurred_at: dueAt,
    });
    expect(event.event_id > before).toBe(true);
    expect(await rows('select from event_outbox where event_id = $1', [event.event_id])).toHaveLength(1);
    expect(
      await rows('select channel, data from push_message where event_id = $1 order by channel', [event.event_id]),
    ).toEqual([
      { channel: 'all', data: { noteId: 'later' } },
      { channel: 'room:later', data: { noteId: 'later', text: 'hello' } },
    ]);
    expect(await waiting()).toEqual([]);
  });

  test('wait for their time, however far, and a time that has passed is now', async () => {
    await set('far', 300 * 365 * 24 * HOUR);
    await backbone.events.emitEvent(echoed, { noteId: 'end' }, 'test', { at: new Date(8.64e15), scheduleKey: 'end' });
    await backbone.events.emitEvent(echoed, { noteId: 'passed' }, 'test', { at: new Date(0), scheduleKey: 'passed' });
    await promote();
    expect(await fired()).toEqual(['passed']);
    expect(await rows(`select from event_history where occurred_at > now() - interval '1 minute'`)).toHaveLength(1);
    expect(await waiting()).toEqual(['timer:end', 'timer:far']);
    expect(await rows(`select due_at > now() + interval '299 years' as far from event_schedule`)).toEqual([
      { far: true },
      { far: true },
    ]);
  });

  test.each([
    [{ delay: -1 }, 'delay'],
    [{ delay: Number.NaN }, 'delay'],
    [{ delay: Number.POSITIVE_INFINITY }, 'delay'],
    [{ at: new Date('never') }, 'at'],
    [{ at: new Date(), delay: 1 }, 'delay'],
    [{ scheduleKey: 'no time' }, 'scheduleKey'],
    [{ delay: 1, scheduleKey: '' }, 'scheduleKey'],
  ])('%j is refused with its path, and nothing is written', async (options, path) => {
    const emitting = backbone.events.emitEvent(echoed, { noteId: 'refused' }, 'test', options as never);
    await expect(emitting).rejects.toMatchObject({
      code: 'event_data_invalid',
      type: 'test:echoed',
      issues: [{ path }],
    });
    expect(await waiting()).toEqual([]);
  });

  test('data is checked when the timer is set', async () => {
    const emitting = backbone.events.emitEvent(echoed, { noteId: 7 } as never, 'test', { delay: HOUR });
    await expect(emitting).rejects.toMatchObject({ code: 'event_data_invalid' });
    expect(await waiting()).toEqual([]);
  });

  test('an open key is refused with all that its unit of work did; a closed one is free', async () => {
    await set('craft', HOUR);
    const again = backbone.events.transaction(async (work) => {
      await work.tx.execute(`insert into state values ('craft')`);
      work.emit(noted, note('craft'));
      work.emit(echoed, { noteId: 'craft' }, { delay: HOUR, scheduleKey: 'craft' });
    });
    await expect(again).rejects.toMatchObject({
      code: 'schedule_key_taken',
      message: expect.stringContaining('"craft"'),
    });
    await expect(set('craft')).rejects.toMatchObject({ code: 'schedule_key_taken' });
    expect(await rows('select from state union all select from event_history')).toEqual([]);
    await backbone.events.transaction(async (work) => {
      expect(await work.cancelScheduled('craft')).toBe(true);
      expect(work.emit(echoed, { noteId: 'craft' }, { delay: 0, scheduleKey: 'craft' })).toBe('craft');
    });
    await promote();
    await set('craft');
    await promote();
    expect(await fired()).toEqual(['craft', 'craft']);
  });

  test('an idempotency key sets one timer, also when the first has fired', async () => {
    const options = { delay: 0, idempotencyKey: 'timer', scheduleKey: 'once' };
    const emit = () => backbone.events.emitEvent(echoed, { noteId: 'once' }, 'test', options);
    expect(await Promise.all([emit(), emit(), emit()])).toEqual(['once', 'once', 'once']);
    await promote();
    expect(await emit()).toBe('once');
    await promote();
    expect(await fired()).toEqual(['once']);
    expect(await rows('select idempotency_key as key from event_history')).toEqual([{ key: 'timer' }]);
  });

  test('are cancelled and moved with the unit of work, its own ones too', async () => {
    await Promise.all([set('cancelled', HOUR), set('moved', HOUR), set('kept', HOUR)]);
    const change = (fail: boolean) =>
      backbone.events.transaction(async (work) => {
        work.emit(echoed, { noteId: 'own' }, { delay: HOUR, scheduleKey: 'own' });
        work.emit(echoed, { noteId: 'own moved' }, { delay: HOUR, scheduleKey: 'own moved' });
        const answers = [
          await work.cancelScheduled('cancelled'),
          await work.reschedule('moved', { delay: 0 }),
          await work.cancelScheduled('own'),
          await work.reschedule('own moved', { at: new Date(0) }),
          await work.cancelScheduled('unheard of'),
          await work.reschedule('unheard of', { delay: 0 }),
        ];
        expect(answers).toEqual([true, true, true, true, false, false]);
        if (fail) throw new Error('rolled back');
      });
    await expect(change(true)).rejects.toThrow('rolled back');
    await promote();
    expect(await fired()).toEqual([]);
    await change(false);
    await promote();
    expect((await fired()).sort()).toEqual(['moved', 'own moved']);
    expect(await waiting()).toEqual(['timer:kept']);
  });

  test('outside a unit of work too, where none is open', async () => {
    await set('a', HOUR);
    expect(await backbone.events.reschedule('a', { delay: 2 * HOUR })).toBe(true);
    await expect(backbone.events.reschedule('a', { delay: -1 })).rejects.toMatchObject({ code: 'due_time_invalid' });
    expect(await rows(`select due_at > now() + interval '90 minutes' as later from event_schedule`)).toEqual([
      { later: true },
    ]);
    expect(await backbone.events.cancelScheduled('a')).toBe(true);
    expect(await backbone.events.cancelScheduled('a')).toBe(false);
    expect(await backbone.events.reschedule('a', { delay: 0 })).toBe(false);
    await backbone.events.transaction(async () => {
      const refused = { code: 'emit_inside_unit_of_work' };
      await expect(backbone.events.cancelScheduled('a')).rejects.toMatchObject(refused);
      await expect(backbone.events.reschedule('a', { delay: 0 })).rejects.toMatchObject(refused);
    });
  });

  test('either fire or are cancelled or are moved, when all happens at once', async () => {
    await setMany(90);
    const keys = Array.from({ length: 90 }, (_, index) => `${index}`);
    const [answers] = await Promise.all([
      Promise.all(
        keys.map(async (key, index) => {
          if (index % 3 === 0) return backbone.events.cancelScheduled(key);
          return index % 3 === 1 ? backbone.events.reschedule(key, { delay: HOUR }) : true;
        }),
      ),
      promote(20),
      promote(20),
      promote(20),
    ]);
    await promote();
    const happened = await fired();
    expect(new Set(happened).size).toBe(happened.length);
    expect(happened.sort()).toEqual(keys.filter((_, index) => index % 3 === 2 || !answers[index]).sort());
    expect(await waiting()).toEqual(
      keys
        .filter((_, index) => index % 3 === 1 && answers[index])
        .map((key) => `timer:${key}`)
        .sort(),
    );
  });

  test('fire once, however many promote', async () => {
    await setMany(2_000);
    const drain = async () => {
      while ((await promote(100)).claimed > 0);
    };
    await Promise.all([drain(), drain(), drain(), drain()]);
    await eventually('all to have fired', async () => (await waiting()).length === 0);
    const happened = await fired();
    expect(happened).toHaveLength(2_000);
    expect(new Set(happened).size).toBe(2_000);
    expect(await rows('select count(*) from event_outbox')).toEqual([{ count: 2_000 }]);
  });

  test('stay as they were when the promoter’s connection ends half way', async () => {
    await setMany(50);
    const rival = await backbone.database.pool.connect();
    await rival.query('begin; lock table event_outbox in exclusive mode');
    const dying = expect(promote()).rejects.toThrow();
    const [backend] = await eventually('the promoter to be half way', async () => {
      const found = await backendsThatWait();
      return found.length > 0 && found;
    });
    await rival.query('select pg_terminate_backend($1)', [backend.pid]);
    await dying;
    await rival.query('commit');
    rival.release();
    expect(await fired()).toEqual([]);
    expect(await waiting()).toHaveLength(50);
    await promote();
    expect(await fired()).toHaveLength(50);
  });

  describe('that cannot fire', () => {
    const withContract = (changed: Partial<typeof echoed>) => (type: string) =>
      type === 'test:echoed' ? ({ ...echoed, ...changed } as typeof echoed) : findTestContract(type);
    const deadLetters = () =>
      rows(
        "delete from event_dead_letter returning type, reason, message_id as key, error, body::jsonb -> 'data' as data",
      );

    test('are dead letters with the reason, and the others fire', async () => {
      await set('poison');
      await backbone.events.emitEvent(entered, { account: 'x', amount: 1 }, 'test', { delay: 0 });
      const upcast = { 1: (data: Record<string, unknown>) => ({ ...data, noteId: 7 }) };
      expect(await promote(10, withContract({ version: 2, upcast }))).toMatchObject({ claimed: 2, fired: 1 });
      expect(await deadLetters()).toEqual([
        {
          type: 'test:echoed',
          reason: 'data_invalid',
          key: 'timer:poison',
          error: expect.stringContaining('noteId'),
          data: { noteId: 'poison' },
        },
      ]);
      expect(await waiting()).toEqual([]);
    });

    test('wait for a relay that knows their contract, up to a bound', async () => {
      await set('newer');
      const older = (type: string) => (type === 'test:echoed' ? undefined : findTestContract(type));
      expect(await promote(10, older)).toMatchObject({
        claimed: 1,
        fired: 0,
        dead: [],
        postponed: [{ key: 'timer:newer', first: true }],
      });
      expect(await promote(10, older)).toMatchObject({ claimed: 0 });
      await backbone.database.pool.query('update event_schedule set due_at = now()');
      await promote();
      expect(await fired()).toEqual(['newer']);

      // No relay ran for a while: that does not count.
      await set('removed');
      const due = (what = '') =>
        backbone.database.pool.query(
          `update event_schedule set due_at = now(), occurs_at = now() - interval '1 hour' ${what}`,
        );
      await due();
      expect(await promote(10, older)).toMatchObject({ dead: [], postponed: [{ key: 'timer:removed', first: true }] });
      await due();
      expect(await promote(10, older)).toMatchObject({ dead: [], postponed: [{ first: false }] });
      // Moved, it is as if it was met for the first time.
      await backbone.events.reschedule('removed', { delay: 0 });
      expect(await promote(10, older)).toMatchObject({ dead: [], postponed: [{ first: true }] });
      await due(`, unknown_since = unknown_since - interval '2 minutes'`);
      expect(await promote(10, older)).toMatchObject({ dead: [{ key: 'timer:removed', reason: 'contract_unknown' }] });
      expect(await deadLetters()).toHaveLength(1);
    });

    test('are buried by their key, and no other in their place', async () => {
      await setMany(3);
      const refusal = { key: 'timer:1', error: 'no index takes it' };
      expect(await refuseTimer(backbone.database, refusal)).toMatchObject({ claimed: 1, fired: 0 });
      expect(await refuseTimer(backbone.database, refusal)).toMatchObject({ claimed: 0, dead: [] });
      expect(await deadLetters()).toMatchObject([{ reason: 'write_failed', ...refusal }]);
      expect(await waiting()).toEqual(['timer:0', 'timer:2']);
    });

    test('are found among those that Postgres takes, and hold them up no longer', async () => {
      await setMany(20);
      // No index takes such a channel.
      const channel = Array.from({ length: 300 }, () => uuidv7()).join('');
      const push = [
        { to: ({ noteId }: { noteId: string }) => (noteId === '7' ? `room:${channel}` : 'all'), client: ['noteId'] },
      ];
      const promoter = startPromoter({
        database: backbone.database,
        notifier: { committed: () => undefined, close: async () => undefined },
        log: backbone.log,
        findContract: withContract({ push: push as never }),
        onPromoted: () => undefined,
      });
      await eventually('all but one to fire', async () => (await fired()).length === 19);
      await promoter.stop();
      expect(await deadLetters()).toMatchObject([{ reason: 'write_failed', key: 'timer:7' }]);
      expect(await waiting()).toEqual([]);
    });
  });

  describe('and the promoter', () => {
    const start = (intervalMs: number) =>
      startPromoter(
        {
          database: backbone.database,
          notifier: { committed: () => undefined, close: async () => undefined },
          log: backbone.log,
          findContract: findTestContract,
          onPromoted: () => undefined,
        },
        { intervalMs },
      );

    test('waits for the next one, not for its interval, and for retries and parked pointers too', async () => {
      await set('soon', 300);
      await backbone.database.pool.query(
        `insert into event_schedule (key, kind, due_at, event_id, handler) values ('delivery:x', 'retry', now() + interval '400 ms', $1, 'test.any')`,
        [uuidv7()],
      );
      const promoter = start(600_000);
      await eventually('both to be promoted', async () => (await waiting()).length === 0);
      await promoter.stop();
      expect(await fired()).toEqual(['soon']);
      expect(await rows('select from event_outbox')).toHaveLength(2);
    });

    test('is never early, and not late', async () => {
      const promoter = start(100);
      for (let index = 0; index < 20; index += 1) await set(`${index}`, 20 + index * 37);
      await eventually('all to fire', async () => (await fired()).length === 20);
      await promoter.stop();
      const [late] = await rows(`
        select min(late) as least, percentile_disc(0.5) within group (order by late) as median from (
          select ('x' || substr(replace(event_id::text, '-', ''), 1, 12))::bit(48)::bigint - extract(epoch from occurred_at) * 1000 as late
          from event_history) as measured`);
      expect(Number(late.least)).toBeGreaterThanOrEqual(-1);
      // Other suites run beside this one: at rest it is a tenth of that, as the bench of timers measures.
      expect(Number(late.median)).toBeLessThan(1_000);
    });

    test('is told of what is near, and of nothing else', async () => {
      const heard: string[] = [];
      const listener = await new Promise<{ close(): Promise<void> }>((resolve) => {
        const opened = createListener({
          url: backbone.database.url,
          applicationName: 'test-listener',
          channels: [HINT_CHANNELS.schedule, HINT_CHANNELS.log],
          onHint: (channel) => heard.push(channel),
          onConnect: () => resolve(opened),
          onError: () => undefined,
        });
      });
      await set('far', HOUR);
      await backbone.events.emitEvent(echoed, { noteId: 'now' }, 'test');
      await eventually('the hint of the event', () => heard.includes(HINT_CHANNELS.log));
      expect(heard).not.toContain(HINT_CHANNELS.schedule);
      await backbone.events.reschedule('far', { delay: 50 });
      await eventually('the hint of the timer', () => heard.includes(HINT_CHANNELS.schedule));
      heard.length = 0;
      await backbone.events.transaction(async (work) => work.emit(echoed, { noteId: 'near' }, { delay: 10 }));
      await eventually('the hint of the timer', () => heard.includes(HINT_CHANNELS.schedule));
      await listener.close();
    });
  });
});
