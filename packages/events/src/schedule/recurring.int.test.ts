import { eventually } from '@skelly/testkit';
import { v7 as uuidv7 } from 'uuid';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { echoed, findTestContract } from '../testing/contracts';
import { startPromoter } from './promoter';
import { listRecurring, type RecurringSchedule, registerRecurring } from './recurring';
import { promoteRecurring, RECURRING_LIMIT } from './recurring-pass';

describe('recurring schedules', () => {
  let backbone: TestBackbone;
  beforeAll(async () => {
    backbone = await createTestBackbone();
  });
  afterAll(() => backbone.close());
  beforeEach(() =>
    backbone.database.pool.query(
      'truncate event_schedule; truncate event_history; truncate event_outbox; truncate event_dead_letter',
    ),
  );

  const rows = async (query: string, values: unknown[] = []) =>
    (await backbone.database.pool.query(query, values)).rows;
  const schedule = (changed: Partial<RecurringSchedule<typeof echoed>> = {}): RecurringSchedule<typeof echoed> => ({
    key: 'report',
    cron: '0 * * * *',
    timeZone: 'Europe/Berlin',
    contract: echoed,
    data: { noteId: 'hourly' },
    ...changed,
  });
  const set = (changed?: Partial<RecurringSchedule<typeof echoed>>) =>
    backbone.events.scheduleRecurring(schedule(changed));
  const promote = (findContract = findTestContract) =>
    promoteRecurring({ database: backbone.database, findContract }, { limit: RECURRING_LIMIT });
  /** Lets the pending tick be the full hour so many hours ago. */
  const pendingSince = (hours: number) =>
    backbone.database.pool.query(
      `update event_schedule set due_at = date_trunc('hour', now()) - make_interval(hours => $1), occurs_at = date_trunc('hour', now()) - make_interval(hours => $1)`,
      [hours],
    );
  const fired = () => rows('select * from event_history order by position');
  const pending = async () =>
    (await rows(`select occurs_at = date_trunc('hour', now()) + interval '1 hour' as next from event_schedule`))[0]
      ?.next;

  test('are set, changed and left alone by their key; a new cron or zone has its own next tick', async () => {
    expect(await set()).toBe('created');
    expect(await set()).toBe('unchanged');
    expect(await pending()).toBe(true);
    await pendingSince(2);
    expect(await set({ data: { noteId: 'changed' } })).toBe('changed');
    expect(await pending()).toBe(false);
    expect(await set({ missed: 'all', data: { noteId: 'changed' } })).toBe('changed');
    expect(await set({ cron: '0 0 1 1 *' })).toBe('changed');
    const [state] = await listRecurring(backbone.database.pool);
    expect(state).toMatchObject({
      key: 'report',
      type: 'test:echoed',
      cron: '0 0 1 1 *',
      timeZone: 'Europe/Berlin',
      missed: 'latest',
    });
    expect(state?.nextAt.toISOString()).toMatch(/-12-31T23:00:00/);
    expect(await set({ cron: '0 0 1 1 *', timeZone: 'UTC' })).toBe('changed');
    expect((await listRecurring(backbone.database.pool))[0]?.nextAt.toISOString()).toMatch(/-01-01T00:00:00/);
  });

  test.each([
    [{ cron: 'daily' }, 'cron_invalid'],
    [{ cron: '0 0 30 2 *' }, 'cron_invalid'],
    [{ timeZone: 'Mars/Base' }, 'time_zone_invalid'],
    [{ data: { noteId: 7 } as never }, 'event_data_invalid'],
    [{ key: '' }, 'event_data_invalid'],
  ])('%j is refused, and nothing is written', async (changed, code) => {
    await expect(set(changed)).rejects.toMatchObject({ code });
    expect(await rows('select from event_schedule')).toEqual([]);
  });

  test('are set and ended with a unit of work', async () => {
    const given = backbone.events.transaction(async (work) => {
      expect(await work.scheduleRecurring(schedule())).toBe('created');
      throw new Error('rolled back');
    });
    await expect(given).rejects.toThrow('rolled back');
    expect(await backbone.events.cancelRecurring('report')).toBe(false);
    await backbone.events.transaction(async (work) => void (await work.scheduleRecurring(schedule())));
    await backbone.events.transaction(async (work) => {
      expect(await work.cancelRecurring('report')).toBe(true);
      await expect(set()).rejects.toMatchObject({ code: 'emit_inside_unit_of_work' });
    });
    expect(await backbone.events.cancelRecurring('report')).toBe(false);
  });

  test('fire once a tick, however many relays run: an event of its own that says when', async () => {
    await set();
    await pendingSince(0);
    const passes = await Promise.all(Array.from({ length: 8 }, () => promote()));
    expect(passes.reduce((sum, pass) => sum + pass.fired, 0)).toBe(1);
    expect((await promote()).claimed).toBe(0);
    const [event, ...others] = await fired();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      type: 'test:echoed',
      subject: 'note:hourly',
      source_module: 'test',
      actor: 'system',
      causation_id: null,
      data: { noteId: 'hourly' },
      idempotency_key: `recurring:report ${event.occurred_at.toISOString()}`,
    });
    expect(await rows(`select from event_history where occurred_at = date_trunc('hour', now())`)).toHaveLength(1);
    expect(await rows('select from event_outbox')).toHaveLength(1);
    expect(await pending()).toBe(true);
  });

  test('of missed ticks, fire the latest', async () => {
    await set();
    await pendingSince(5);
    await promote();
    expect(await rows(`select occurred_at = date_trunc('hour', now()) as latest from event_history`)).toEqual([
      { latest: true },
    ]);
    expect(await pending()).toBe(true);
  });

  test('or all of them, when told to', async () => {
    await set({ missed: 'all' });
    await pendingSince(130);
    expect(await promote()).toMatchObject({ claimed: 1, fired: 100 });
    expect(await promote()).toMatchObject({ claimed: 1, fired: 31 });
    expect(await promote()).toMatchObject({ claimed: 0 });
    expect(
      await rows('select count(distinct occurred_at), count(distinct correlation_id) as own from event_history'),
    ).toEqual([{ count: 131, own: 131 }]);
    expect(await pending()).toBe(true);
  });

  test('wait for a relay that knows their contract, for ever, and keep no other from firing', async () => {
    await set();
    await set({ key: 'odd', data: { noteId: 'odd' } });
    const odd = `update event_schedule set envelope = envelope || '{"type": "test:removed"}' where key = 'recurring:odd'`;
    await backbone.database.pool.query(odd);
    await backbone.database.pool.query(`update event_schedule set due_at = now(), occurs_at = now()`);
    expect(await promote()).toMatchObject({ fired: 1, dead: [], postponed: [{ key: 'recurring:odd', first: true }] });
    expect((await promote()).claimed).toBe(0);
    await pendingSince(1_000);
    expect(await promote()).toMatchObject({ dead: [], postponed: [{ key: 'recurring:odd', first: false }] });
    expect((await listRecurring(backbone.database.pool)).map(({ key }) => key)).toEqual(['odd', 'report']);
  });

  test('that Postgres does not take end as dead letters, and hold nothing up', async () => {
    await set({ cron: '* * * * * *', key: 'poison', data: { noteId: 'poison' } });
    await set({ key: 'healthy' });
    await backbone.database.pool.query('update event_schedule set due_at = now(), occurs_at = now()');
    // No index takes such a channel.
    const channel = Array.from({ length: 300 }, () => uuidv7()).join('');
    const to = ({ noteId }: { noteId: string }) =>
      noteId === 'poison' ? (`room:${channel}` as const) : ('all' as const);
    const promoter = startPromoter({
      database: backbone.database,
      notifier: { committed: () => undefined, close: async () => undefined },
      log: backbone.log,
      findContract: () => ({ ...echoed, push: [{ to, client: ['noteId'] }] }),
      onPromoted: () => undefined,
    });
    await eventually('the other to fire', async () => (await fired()).length > 0);
    await promoter.stop();
    expect(await rows('select message_id as key, reason from event_dead_letter')).toEqual([
      { key: 'recurring:poison', reason: 'write_failed' },
    ]);
    expect((await listRecurring(backbone.database.pool)).map(({ key }) => key)).toEqual(['healthy']);
  });

  test('fire with the promoter, tick by tick', async () => {
    await set({ cron: '* * * * * *', key: 'seconds', missed: 'all' });
    const promoters = [1, 2].map(() =>
      startPromoter({
        database: backbone.database,
        notifier: { committed: () => undefined, close: async () => undefined },
        log: backbone.log,
        findContract: findTestContract,
        onPromoted: () => undefined,
      }),
    );
    await eventually('three ticks', async () => (await fired()).length >= 3);
    await Promise.all(promoters.map((promoter) => promoter.stop()));
    const times = (await fired()).map(({ occurred_at }) => occurred_at.getTime());
    expect(times).toEqual(times.map((_, index) => times[0] + index * 1_000));
  });

  test('of the code are registered by the deploy step, again and again; what is gone ends only where told to', async () => {
    const register = (keys: readonly string[], endOthers: boolean) =>
      registerRecurring(
        backbone.database.pool,
        keys.map((key) => schedule({ key })),
        { endOthers },
      );
    await set({ key: 'by code at run time' });
    expect(await register(['a', 'b'], true)).toEqual({ set: { a: 'created', b: 'created' }, ended: [] });
    expect(await register(['a', 'b'], true)).toEqual({ set: { a: 'unchanged', b: 'unchanged' }, ended: [] });
    expect(await register(['a'], false)).toEqual({ set: { a: 'unchanged' }, ended: [] });
    expect(await register(['a'], true)).toEqual({ set: { a: 'unchanged' }, ended: ['b'] });
    expect((await listRecurring(backbone.database.pool)).map(({ key }) => key)).toEqual(['a', 'by code at run time']);
  });
});
