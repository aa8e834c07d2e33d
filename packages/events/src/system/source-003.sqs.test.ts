import { eventually } from '@skelly/testkit';
import type { Event, EventHandlerEntry } from '..';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { createSourceSystem, type SourceContract, type SourceSystem } from '../testing/source-system';

/**
 * The samples of source 003, as they stand there but for their imports: an app exports the functions of the system that its composition
 * root has made, here `system()`.
 */
describe('source 003', () => {
  let backbone: TestBackbone;
  let close: () => Promise<void> = async () => undefined;
  beforeEach(async () => {
    backbone = await createTestBackbone();
  });
  afterEach(async () => {
    await close();
    await backbone.close();
  });

  function system(handlers: readonly EventHandlerEntry<SourceContract>[] = []): SourceSystem {
    const created = createSourceSystem(backbone, { handlers });
    close = created.close;
    return created.events;
  }
  const rows = async (text: string) => (await backbone.database.pool.query(text)).rows;
  const emitted = () => rows('select type, data, source_module as module from event_history order by position');

  test('source 003, Emitting Events', async () => {
    const { emitEvent } = system();

    // Emit an event (fire-and-forget)
    await emitEvent('inventory:product.created', { productId: '123', name: 'Widget', quantity: 100 }, 'inventory');

    expect(await emitted()).toEqual([
      {
        type: 'inventory:product.created',
        data: { productId: '123', name: 'Widget', quantity: 100 },
        module: 'inventory',
      },
    ]);
  });

  test('source 003, Quick Start and Registering Event Handlers', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const { registerEventHandler, bootstrapEventHandlers, startEventWorker, stopEventWorker, emitEvent } = system();

    // Register a handler
    registerEventHandler('inventory:product.created', {
      handler: async (event: Event) => {
        console.log('Product created:', event.data);
        // Your handler logic here
      },
      module: 'customer_management',
      retryPolicy: {
        maxAttempts: 3,
        backoffMs: 1000,
        exponentialBackoff: true,
      },
      timeout: 5000,
      idempotencyKey: (event) => `product-${event.data.productId}`,
    });

    // On app startup
    await bootstrapEventHandlers();

    backbone.relay();
    await startEventWorker();
    const product = { productId: '123', name: 'Widget' };
    await emitEvent('inventory:product.created', product, 'inventory');
    await emitEvent('inventory:product.created', product, 'inventory');
    await backbone.finished(2);
    await stopEventWorker();
    expect(log.mock.calls).toEqual([['Product created:', product]]);
    log.mockRestore();
  });

  test('source 003, Module Integration Pattern', async () => {
    const completed: string[] = [];
    const inventoryEventHandlers: readonly EventHandlerEntry<SourceContract>[] = [
      {
        eventName: 'payment:order.completed',
        handler: async (event) => {
          // Handle order completion
          completed.push(event.data.orderId);
        },
        options: {
          module: 'inventory',
          handlerId: 'inventory-order-completed',
        },
      },
    ];
    const { bootstrapEventHandlers, startEventWorker, emitEvent } = system(inventoryEventHandlers);
    interface ProductCreatedData {
      productId: string;
      name: string;
      quantity: number;
    }
    const inventoryEvents = {
      productCreated: async (data: ProductCreatedData) => {
        await emitEvent('inventory:product.created', data, 'inventory');
      },
    };

    expect(await bootstrapEventHandlers()).toEqual(['inventory-order-completed']);
    backbone.relay();
    await startEventWorker();
    await inventoryEvents.productCreated({ productId: '1', name: 'Chest', quantity: 2 });
    await emitEvent('payment:order.completed', { orderId: 'o-1' }, 'payment');
    await backbone.finished(1);
    expect(completed).toEqual(['o-1']);
    expect(await emitted()).toMatchObject([{ type: 'inventory:product.created' }, { type: 'payment:order.completed' }]);
  });

  test('source 003, Configuration', () => {
    const { setEventConfig, getEventConfig, isEventSystemEnabled } = system();

    setEventConfig({
      enabled: true,
      outboxPollingInterval: 5000,
      defaultTimeout: 30000,
    });

    expect(getEventConfig()).toMatchObject({ enabled: true, outboxPollingInterval: 5000, defaultTimeout: 30000 });
    expect(isEventSystemEnabled()).toBe(true);
  });

  test('source 003, Type Safety', async () => {
    const { emitEvent } = system();

    // Define event types
    interface ProductCreatedData {
      productId: string;
      name: string;
    }

    // Type-safe emission
    await emitEvent<ProductCreatedData>(
      'inventory:product.created',
      {
        productId: '123',
        name: 'Widget',
      },
      'inventory',
    );

    interface Other {
      orderNumber: number;
    }
    // @ts-expect-error no product is created by an order's number
    const other = emitEvent<Other>('inventory:product.created', { orderNumber: 1 }, 'inventory');
    await expect(other).rejects.toThrow('productId: Invalid input');
    // @ts-expect-error a name is text
    await expect(emitEvent('inventory:product.created', { productId: '1', name: 1 }, 'a')).rejects.toThrow('name');
    // @ts-expect-error nobody has declared it
    await expect(emitEvent('inventory:product.lost', { productId: '1' }, 'a')).rejects.toThrow('packages/types');
    expect(await emitted()).toHaveLength(1);
  });

  test('source 003, Idempotency', async () => {
    const calls: string[] = [];
    const { registerEventHandler, startEventWorker, emitEvent } = system();
    registerEventHandler('payment:order.completed', {
      handler: async (event) => {
        // Process order
        calls.push(event.data.orderId);
      },
      options: {
        module: 'inventory',
        idempotencyKey: (event) => `order-${event.data.orderId}`,
      },
    });
    await startEventWorker();
    backbone.relay();
    for (const orderId of ['1', '1', '2']) await emitEvent('payment:order.completed', { orderId }, 'payment');
    await backbone.finished(3);
    expect([...calls].sort()).toEqual(['1', '2']);
  });

  test('source 003, Retry Logic', async () => {
    let failures = 1;
    const { registerEventHandler, startEventWorker, emitEvent } = system();
    registerEventHandler('external:api.call', {
      handler: async () => {
        // Call external API
        if (failures-- > 0) throw new Error('the API is away');
      },
      options: {
        module: 'integration',
        retryPolicy: {
          maxAttempts: 5,
          backoffMs: 1000,
          exponentialBackoff: true,
          jitter: true,
        },
      },
    });
    await startEventWorker();
    backbone.relay();
    await emitEvent('external:api.call', { id: '1' }, 'integration');
    await backbone.finished(1);
    expect(await rows('select handler, attempt from event_attempt')).toEqual([
      { handler: 'integration.external-api-call', attempt: 1 },
    ]);
  });

  test('source 003, Handle Errors Gracefully', async () => {
    const caught: unknown[] = [];
    const { registerEventHandler, startEventWorker, emitEvent } = system();
    registerEventHandler('external:api.call', {
      handler: async () => {
        try {
          // Call external API
          throw new Error('the API is away');
        } catch (error) {
          // Log error, send notification, etc.
          // Don't let errors propagate
          caught.push(error);
        }
      },
      options: { module: 'integration' },
    });
    await startEventWorker();
    backbone.relay();
    await emitEvent('external:api.call', { id: '1' }, 'integration');
    await backbone.finished(1);
    expect(caught).toHaveLength(1);
    expect(await rows('select from event_attempt')).toEqual([]);
  });

  test('source 003, Keep Event Payloads Small and Use Descriptive Event Names', async () => {
    const { emitEvent } = system();
    // Good
    await emitEvent(
      'product:created',
      {
        productId: '123',
      },
      'inventory',
    );
    // Bad: what the contract does not name stays out, and what is too much is refused.
    const whole = { productId: '123', fullProductData: { description: 'x'.repeat(10_000) } };
    await emitEvent('product:created', whole, 'inventory');
    await expect(emitEvent('product:created', { productId: 'x'.repeat(1_048_577) }, 'inventory')).rejects.toThrow(
      'store the bulk and put its id into the event',
    );
    expect((await emitted()).map(({ data }) => data)).toEqual([{ productId: '123' }, { productId: '123' }]);
  });

  test('source 003, Always Use Idempotency Keys', async () => {
    const keys: string[] = [];
    const { registerEventHandler, bootstrapEventHandlers, startEventWorker, emitEvent } = system();
    registerEventHandler('external:api.call', {
      handler: () => undefined,
      module: 'integration',
      idempotencyKey: (event) => {
        keys.push(`${event.metadata.eventName}-${event.data.id}`);
        return `${event.metadata.eventName}-${event.data.id}`;
      },
    });
    await bootstrapEventHandlers();
    backbone.relay();
    await startEventWorker();
    await emitEvent('external:api.call', { id: '7' }, 'integration');
    await backbone.finished(1);
    expect(keys).toEqual(['external:api.call-7']);
  });

  test('source 003, Monitor Dead Letter Queue and Troubleshooting', async () => {
    const { registerEventHandler, bootstrapEventHandlers, startEventWorker, emitEvent } = system();
    const pending = () => rows(`SELECT * FROM event_outbox WHERE status = 'pending'`);
    registerEventHandler('external:api.call', {
      handler: () => Promise.reject(new Error('the API is away')),
      module: 'integration',
      retryPolicy: { maxAttempts: 1 },
    });
    await bootstrapEventHandlers();
    for (const id of ['1', '2']) await emitEvent('external:api.call', { id }, 'integration');
    expect(await pending()).toHaveLength(2);
    backbone.relay();
    await startEventWorker();
    await eventually('both are dead', async () => (await rows('select from event_dead_letter')).length === 2);
    expect(await pending()).toEqual([]);
    const lately = await rows(`
      SELECT * FROM event_dead_letter
      WHERE failed_at > NOW() - INTERVAL '1 day'
      ORDER BY failed_at DESC;`);
    const all = await rows('SELECT * FROM event_dead_letter ORDER BY failed_at DESC');
    expect(lately).toEqual(all);
    expect(all).toMatchObject([
      { type: 'external:api.call', handler: 'integration.external-api-call', error: 'the API is away', attempts: 1 },
      { reason: 'attempts_exhausted' },
    ]);
  });

  test('source 003, API Reference', async () => {
    const events = system();
    const { emitEvent, registerEventHandler, unregisterEventHandler, startEventWorker, stopEventWorker } = events;
    const seen: string[] = [];
    const handlerId = registerEventHandler('product:created', (event) => void seen.push(event.data.productId), {
      module: 'inventory',
    });
    await startEventWorker();
    backbone.relay();
    await emitEvent('product:created', { productId: '1' }, 'inventory', { idempotencyKey: 'created-1' });
    await emitEvent('product:created', { productId: '1' }, 'inventory', { idempotencyKey: 'created-1' });
    await backbone.finished(1);
    await stopEventWorker();
    expect(seen).toEqual(['1']);
    expect(unregisterEventHandler('product:created', handlerId)).toBe(true);
  });

  test('source 003, Circuit Breaker: it opens by itself after failures', async () => {
    const events = system();
    events.registerEventHandler('external:api.call', {
      handler: () => Promise.reject(new Error('the API is away')),
      module: 'integration',
    });
    await events.startEventWorker();
    backbone.relay();
    await Promise.all(
      ['1', '2', '3', '4', '5'].map((id) => events.emitEvent('external:api.call', { id }, 'integration')),
    );
    await eventually('the breaker is open', async () => (await rows('select from circuit_breaker')).length === 1);
  });
});
