import { EnvError, eventEnv, loadEnv } from '@skelly/runtime';
import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { EventDataError } from '../errors';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { sourceContracts } from '../testing/source-contracts';
import { createSourceSystem, type SourceSystem } from '../testing/source-system';
import { DEFAULT_EVENT_CONFIG, EVENT_VARIABLES, eventConfigFrom } from './event-config';

/** What a process makes of its environment. */
const configOf = (variables: Readonly<Record<string, string>>) =>
  eventConfigFrom(loadEnv(z.object(eventEnv), variables));

/** The variables of source 003, as it gives them. */
const SOURCE = `
EVENT_SYSTEM_ENABLED=true
EVENT_OUTBOX_POLLING_INTERVAL=5000
EVENT_DEFAULT_MAX_RETRIES=3
EVENT_DEFAULT_BACKOFF_MS=1000
EVENT_EXPONENTIAL_BACKOFF=true
EVENT_BACKOFF_JITTER=true
EVENT_DEFAULT_TIMEOUT=30000
EVENT_MAX_PAYLOAD_SIZE=1048576
EVENT_HISTORY_ENABLED=true
EVENT_IMMEDIATE_PROCESSING=false
EVENT_CIRCUIT_BREAKER_THRESHOLD=5
EVENT_CIRCUIT_BREAKER_TIME_WINDOW=60000
EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT=30000`;
const source = Object.fromEntries(
  SOURCE.trim()
    .split('\n')
    .map((line) => line.split('=') as [string, string]),
);

describe('source 003, Configuration: the environment', () => {
  test('has these variables with these defaults', () => {
    expect(Object.values(EVENT_VARIABLES).sort()).toEqual(Object.keys(source).sort());
    expect(configOf({})).toEqual(DEFAULT_EVENT_CONFIG);
    expect(configOf(source)).toEqual(DEFAULT_EVENT_CONFIG);
  });

  test('allows what the settings allow', () => {
    for (const [name, variable] of Object.entries(EVENT_VARIABLES)) {
      if (typeof DEFAULT_EVENT_CONFIG[name as keyof typeof EVENT_VARIABLES] === 'boolean') continue;
      const { minimum = 0, maximum = 0 } = z.toJSONSchema(eventEnv[variable], { io: 'output' });
      for (const bound of [minimum, maximum])
        expect(configOf({ [variable]: `${bound}` })).toMatchObject({ [name]: bound });
      for (const beyond of [minimum - 1, maximum + 1]) {
        expect(() => configOf({ [variable]: `${beyond}` })).toThrow(EnvError);
        expect(() => eventConfigFrom({ [variable]: beyond })).toThrow(name);
      }
    }
  });
});

describe('what the variables do', () => {
  let backbone: TestBackbone;
  const open: { close(): Promise<void> }[] = [];
  let clock = 0;

  beforeEach(async () => {
    clock = 0;
    backbone = await createTestBackbone();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((system) => system.close()));
    await backbone.close();
  });

  const rows = async (text: string) => (await backbone.database.pool.query(text)).rows;
  function system(variables: Readonly<Record<string, string>>): SourceSystem {
    const { queues } = backbone;
    const created = createSourceSystem(backbone, {
      config: configOf(variables),
      now: () => new Date(Date.now() + clock),
      worker: { connect: () => queues.connect(), name: 'x', waitSeconds: 1, visibilityTimeout: 5, random: () => 0.5 },
    });
    open.push(created);
    return created.events;
  }
  /** A running system whose handler does this. */
  async function running(variables: Readonly<Record<string, string>>, handler: () => unknown): Promise<SourceSystem> {
    const events = system(variables);
    events.registerEventHandler('payment:order.completed', { module: 'a', handlerId: 'a.b', handler });
    await events.bootstrapEventHandlers();
    backbone.relay();
    await events.startEventWorker();
    return events;
  }
  const emit = (events: SourceSystem, orderId = 'x') => events.emitEvent('payment:order.completed', { orderId }, 'a');
  const fail = () => {
    throw new Error('no');
  };
  const failures = (count: number) =>
    eventually(`${count} failures`, async () => (await rows('select from event_attempt')).length === count);

  test('EVENT_SYSTEM_ENABLED=false: events commit, and handlers idle', async () => {
    const events = await running({ EVENT_SYSTEM_ENABLED: 'false', EVENT_IMMEDIATE_PROCESSING: 'true' }, fail);
    expect(events.isEventSystemEnabled()).toBe(false);
    await emit(events);
    await eventually('it lies in the queue', async () => (await rows('select from event_outbox')).length === 0);
    expect(await rows('select type from event_history')).toEqual([{ type: 'payment:order.completed' }]);
    events.setEventConfig({ enabled: true });
    await failures(1);
  });

  test('EVENT_OUTBOX_POLLING_INTERVAL: how soon an event is sent that no hint told of', async () => {
    const events = system({ EVENT_OUTBOX_POLLING_INTERVAL: '50' });
    const relay = backbone.relay({ pollingIntervalMs: events.getEventConfig().outboxPollingInterval });
    const silent = (await backbone.database.pool.query(
      `insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
       values (uuid_floor(now()), 'a:b', 1, 'a', 'a:b', '{}', 'system', gen_random_uuid(), now()) returning event_id`,
    )) as { rows: { event_id: string }[] };
    await backbone.database.pool.query('insert into event_outbox (event_id) values ($1)', [silent.rows[0]?.event_id]);
    await eventually('it is sent', async () => (await rows('select from event_outbox')).length === 0, {
      withinMs: 3_000,
    });
    await relay.stop();
  });

  test('EVENT_DEFAULT_MAX_RETRIES: tries in all before a dead letter', async () => {
    const events = await running({ EVENT_DEFAULT_MAX_RETRIES: '2', EVENT_DEFAULT_BACKOFF_MS: '0' }, fail);
    await emit(events);
    await eventually('the dead letter', async () => (await rows('select from event_dead_letter')).length === 1);
    expect(await rows('select attempts from event_dead_letter')).toEqual([{ attempts: 2 }]);
  });

  test.each([
    ['EVENT_DEFAULT_BACKOFF_MS', { EVENT_BACKOFF_JITTER: 'false' }, [600, 1_200]],
    [
      'EVENT_EXPONENTIAL_BACKOFF=false',
      { EVENT_BACKOFF_JITTER: 'false', EVENT_EXPONENTIAL_BACKOFF: 'false' },
      [600, 600],
    ],
    ['EVENT_BACKOFF_JITTER', {}, [300, 600]],
  ] as const)('%s: seconds before the second and the third try', async (_name, variables, pauses) => {
    const events = await running({ EVENT_DEFAULT_BACKOFF_MS: '600000', ...variables }, fail);
    await emit(events);
    for (const [index, pause] of pauses.entries()) {
      await failures(index + 1);
      const [{ seconds }] = (await rows(
        `select extract(epoch from due_at - (select max(failed_at) from event_attempt))::float8 as seconds from event_schedule`,
      )) as [{ seconds: number }];
      expect(seconds).toBe(pause);
      await rows(`update event_schedule set due_at = now()`);
    }
  });

  test('EVENT_DEFAULT_TIMEOUT: milliseconds that a handler may take', async () => {
    const events = await running({ EVENT_DEFAULT_TIMEOUT: '50' }, () => new Promise(() => undefined));
    await emit(events);
    await failures(1);
    expect(await rows('select error_name, error_message from event_attempt')).toEqual([
      { error_name: 'HandlerTimeout', error_message: 'a.b did not finish within 50 ms.' },
    ]);
  });

  test('EVENT_MAX_PAYLOAD_SIZE: bytes of an event’s data', async () => {
    const events = system({ EVENT_MAX_PAYLOAD_SIZE: '1024' });
    const create = () =>
      events.emitEvent('inventory:product.created', { productId: '1', name: 'x'.repeat(1_024) }, 'a');
    await expect(create()).rejects.toThrow(EventDataError);
    const tick = { key: 'a', contract: sourceContracts.INVENTORY_PRODUCT_CREATED, cron: '0 0 * * *', timeZone: 'UTC' };
    const data = { productId: '1', name: 'x'.repeat(1_024) };
    await expect(events.scheduleRecurring({ ...tick, data })).rejects.toThrow(EventDataError);
    events.setEventConfig({ maxPayloadSize: 2_048 });
    await create();
  });

  test('EVENT_IMMEDIATE_PROCESSING=true: handlers run right after the commit, once, and what fails comes again', async () => {
    const variables = { EVENT_IMMEDIATE_PROCESSING: 'true', EVENT_DEFAULT_BACKOFF_MS: '0' };
    const events = system(variables);
    await rows('create table calls (detail text)');
    const broken = new Set(['second']);
    events.registerEventHandler('payment:order.completed', {
      module: 'a',
      handler: async ({ data }, { tx, emit: next }) => {
        await tx.execute(sql`insert into calls values (${data.orderId})`);
        if (broken.delete(data.orderId)) throw new Error('once');
        if (data.orderId === 'first') next(sourceContracts.PAYMENT_ORDER_COMPLETED, { orderId: 'caused' });
      },
    });
    await events.bootstrapEventHandlers();
    // Neither a relay nor a worker runs.
    await emit(events, 'first');
    await events.transaction(async (work) => {
      work.emit(sourceContracts.PAYMENT_ORDER_COMPLETED, { orderId: 'second' });
    });
    await backbone.finished(2);
    await failures(1);
    expect(await rows('select detail from calls order by 1')).toEqual([{ detail: 'caused' }, { detail: 'first' }]);
    backbone.relay();
    await events.startEventWorker();
    await backbone.finished(3);
    await eventually('all is sent', async () => (await rows('select from event_outbox')).length === 0);
    await events.stopEventWorker();
    expect(await rows('select detail from calls order by 1')).toEqual(
      ['caused', 'first', 'second'].map((detail) => ({ detail })),
    );
  });

  test('EVENT_CIRCUIT_BREAKER_THRESHOLD, _RECOVERY_TIMEOUT: failures that open a breaker, and for how long', async () => {
    const events = await running(
      { EVENT_CIRCUIT_BREAKER_THRESHOLD: '2', EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT: '7000' },
      fail,
    );
    await emit(events);
    await failures(1);
    expect(await rows('select from circuit_breaker')).toEqual([]);
    await emit(events);
    await eventually('it is open', async () => (await rows('select from circuit_breaker')).length === 1);
    expect(await rows('select extract(epoch from retry_at - opened_at)::int as seconds from circuit_breaker')).toEqual([
      { seconds: 7 },
    ]);
  });

  test.each([
    ['1000', 0],
    ['60000', 1],
  ])('EVENT_CIRCUIT_BREAKER_TIME_WINDOW=%s: failures two seconds apart open %s breakers', async (window, breakers) => {
    const events = await running(
      {
        EVENT_CIRCUIT_BREAKER_THRESHOLD: '2',
        EVENT_CIRCUIT_BREAKER_TIME_WINDOW: window,
        EVENT_DEFAULT_BACKOFF_MS: '600000',
      },
      fail,
    );
    await emit(events);
    await failures(1);
    clock += 2_000;
    await emit(events);
    await failures(2);
    await events.stopEventWorker();
    expect(await rows('select from circuit_breaker')).toHaveLength(breakers);
  });
});
