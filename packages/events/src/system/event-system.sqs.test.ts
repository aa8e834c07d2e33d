import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { createSourceSystem, type SourceSystem } from '../testing/source-system';

describe('event system: handlers, settings and worker', () => {
  let backbone: TestBackbone;
  const open: { close(): Promise<void> }[] = [];

  beforeEach(async () => {
    backbone = await createTestBackbone();
    await backbone.database.pool.query('create table calls (id serial, handler text, event_id uuid, detail text)');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((system) => system.close()));
    await backbone.close();
  });

  function start(options: Parameters<typeof createSourceSystem>[1] = {}): SourceSystem {
    const system = createSourceSystem(backbone, options);
    open.push(system);
    return system.events;
  }

  /** What handlers have noted, in the order of their transactions' writes. */
  async function calls(): Promise<readonly string[]> {
    const { rows } = await backbone.database.pool.query<{ call: string }>(
      `select concat_ws(' ', handler, detail) as call from calls order by id`,
    );
    return rows.map(({ call }) => call);
  }

  test('a registered handler runs exactly once, in the unit of work that it gets, under an id made of module and event', async () => {
    const events = start();
    const id = events.registerEventHandler('payment:order.completed', {
      module: 'customer_management',
      handler: ({ metadata, data, eventId }, { tx }) =>
        tx.execute(
          sql`insert into calls (handler, event_id, detail) values (${metadata.eventName}, ${eventId}, ${data.orderId})`,
        ),
    });
    expect(id).toBe('customer-management.payment-order-completed');
    await events.bootstrapEventHandlers();
    backbone.relay();
    await events.startEventWorker();
    await events.startEventWorker();
    const eventId = await events.emitEvent('payment:order.completed', { orderId: 'o1' }, 'payment');
    await backbone.finished(1);
    await backbone.database.pool.query('insert into event_outbox (event_id) values ($1)', [eventId]);
    await events.emitEvent('payment:order.completed', { orderId: 'o2' }, 'payment');
    await backbone.finished(2);
    expect(await calls()).toEqual(['payment:order.completed o1', 'payment:order.completed o2']);
  });

  test('of events with one key a handler gets the first alone, whoever else does, and a failed try keeps no key', async () => {
    const events = start({ config: { defaultBackoffMs: 0 } });
    let failures = 1;
    events.registerEventHandler(
      'payment:order.completed',
      async ({ data }, { tx }) => {
        await tx.execute(sql`insert into calls (handler, detail) values ('keyed', ${data.orderId})`);
        if (failures-- > 0) throw new Error('once');
      },
      { module: 'a', handlerId: 'a.keyed', idempotencyKey: ({ data }) => `order-${data.orderId}` },
    );
    await events.bootstrapEventHandlers();
    backbone.relay();
    await events.startEventWorker();
    for (const orderId of ['same', 'same', 'other']) {
      await events.emitEvent('payment:order.completed', { orderId }, 'payment');
    }
    await backbone.finished(3);
    expect([...(await calls())].sort()).toEqual(['keyed other', 'keyed same']);
    const { rows } = await backbone.database.pool.query(
      `select key from idempotency_record where scope = 'handle a.keyed' order by key`,
    );
    expect(rows).toEqual([{ key: 'order-other' }, { key: 'order-same' }]);
  });

  test('a key that is none is a dead letter, not a try again', async () => {
    const events = start();
    events.registerEventHandler('payment:order.completed', {
      module: 'a',
      handler: () => undefined,
      idempotencyKey: () => '',
    });
    await events.bootstrapEventHandlers();
    backbone.relay();
    await events.startEventWorker();
    await events.emitEvent('payment:order.completed', { orderId: 'x' }, 'payment');
    await eventually('the dead letter', async () => {
      const { rows } = await backbone.database.pool.query('select reason, error from event_dead_letter');
      return rows[0]?.reason === 'non_retriable' && rows[0].error.includes('1 to 200 characters');
    });
  });

  test('handlers of one event begin in the order of their priorities', async () => {
    const events = start();
    for (const [name, priority] of [
      ['last', 10],
      ['usual', undefined],
      ['first', -10],
    ] as const) {
      events.registerEventHandler('payment:order.completed', {
        handler: (_event, { tx }) => tx.execute(sql`insert into calls (handler) values (${name})`),
        options: { module: 'a', handlerId: `a.${name}`, ...(priority === undefined ? {} : { priority }) },
      });
    }
    await events.bootstrapEventHandlers();
    backbone.relay();
    await events.startEventWorker();
    await events.emitEvent('payment:order.completed', { orderId: 'x' }, 'payment');
    await backbone.finished(3);
    expect(await calls()).toEqual(['first', 'usual', 'last']);
  });

  test('bootstrap registers what the system was given, and again is as good as once', async () => {
    const events = start({
      handlers: [
        { eventName: 'payment:order.completed', module: 'inventory', handler: () => undefined },
        {
          eventName: 'inventory:product.created',
          options: { module: 'a', handlerId: 'a.b' },
          handler: () => undefined,
        },
      ],
    });
    const ids = ['inventory.payment-order-completed', 'a.b'];
    expect(await events.bootstrapEventHandlers()).toEqual(ids);
    expect(await events.bootstrapEventHandlers()).toEqual(ids);
    const { rows } = await backbone.database.pool.query('select handler from event_route order by 1');
    expect(rows.map(({ handler }) => handler)).toEqual([...ids].sort());
  });

  test('an unregistered handler runs no more here; its events wait for a process that knows it', async () => {
    const events = start();
    events.registerEventHandler('payment:order.completed', {
      module: 'a',
      handlerId: 'a.gone',
      handler: () => undefined,
    });
    await events.bootstrapEventHandlers();
    backbone.relay();
    await events.startEventWorker();
    expect(events.unregisterEventHandler('inventory:product.created', 'a.gone')).toBe(false);
    expect(events.unregisterEventHandler('payment:order.completed', 'a.gone')).toBe(true);
    expect(events.unregisterEventHandler('payment:order.completed', 'a.gone')).toBe(false);
    await events.emitEvent('payment:order.completed', { orderId: 'x' }, 'payment');
    await eventually('it waits', async () => {
      const { rows } = await backbone.database.pool.query('select reason from event_schedule');
      return rows[0]?.reason === 'this worker does not know the handler';
    });
  });

  test('what cannot be registered is refused with what to do, and nothing is', async () => {
    const events = start();
    const handler = () => undefined;
    const refused = (register: () => unknown, code: string, text: string) =>
      expect(register).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));
    // @ts-expect-error the catalog has no such event
    refused(() => events.registerEventHandler('a:b', { module: 'a', handler }), 'event_type_unknown', 'a:b');
    const wrong = { module: 'a', handler, retries: 3, timeout: 1 };
    refused(() => events.registerEventHandler('payment:order.completed', wrong), 'handler_invalid', 'retries');
    refused(
      () => events.registerEventHandler('payment:order.completed', handler, { module: 'a', handlerId: 'No Id' }),
      'handler_invalid',
      'lower-case words',
    );
    refused(
      () => events.registerEventHandler('payment:order.completed', handler, { module: 'a', priority: 5_000 }),
      'priority_invalid',
      '1000',
    );
    expect(await events.bootstrapEventHandlers()).toEqual([]);
    events.registerEventHandler('payment:order.completed', { module: 'a', handler });
    refused(
      () => events.registerEventHandler('payment:order.completed', { module: 'a', handler }),
      'handler_duplicate',
      'a.payment-order-completed',
    );
    await events.startEventWorker();
    refused(
      () => events.registerEventHandler('inventory:product.created', { module: 'a', handler }),
      'worker_running',
      'stop it first',
    );
  });

  test('a system without queues says so', async () => {
    const events = start({ worker: undefined } as never);
    await expect(events.startEventWorker()).rejects.toMatchObject({ code: 'worker_not_configured' });
  });

  test('settings change as a whole or not at all, and the worker idles while the system is disabled', async () => {
    const events = start({ config: { defaultTimeout: 500 } });
    expect(events.getEventConfig()).toMatchObject({ enabled: true, defaultTimeout: 500, outboxPollingInterval: 5_000 });
    expect(() => events.setEventConfig({ enabled: false, defaultTimeout: 1 })).toThrow('defaultTimeout');
    expect(() => events.setEventConfig({ enabeld: false } as never)).toThrow('enabeld');
    expect(events.isEventSystemEnabled()).toBe(true);
    events.registerEventHandler('payment:order.completed', { module: 'a', handler: () => undefined });
    await events.bootstrapEventHandlers();
    backbone.relay();
    await events.startEventWorker();
    expect(events.setEventConfig({ enabled: false }).enabled).toBe(false);
    expect(events.isEventSystemEnabled()).toBe(false);
    await eventually('it idles', async () => backbone.log.lines.some(({ message }) => message.includes('is disabled')));
    await events.emitEvent('payment:order.completed', { orderId: 'x' }, 'payment');
    await eventually('it was sent', async () => {
      const { rows } = await backbone.database.pool.query('select from event_outbox');
      return rows.length === 0;
    });
    events.setEventConfig({ enabled: true });
    await backbone.finished(1);
  });
});
