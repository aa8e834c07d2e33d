import { defineEvent } from '@skelly/types/event';
import { z } from 'zod';
import { EventBus } from './event-bus';

const money = { userId: z.string(), escrowId: z.string(), amount: z.number().int() };
const about = { version: 1, subject: ({ escrowId }: { escrowId: string }) => `escrow:${escrowId}` } as const;

/** Events as source 002 has them: here they are named by type, and what they tell is their data. */
const contracts = {
  ESCROW_HELD: defineEvent({ ...about, type: 'wallet:escrow.held', summary: 'Held.', data: z.object(money) }),
  ESCROW_SETTLED: defineEvent({
    ...about,
    type: 'wallet:escrow.settled',
    summary: 'Settled.',
    data: z.object({ ...money, modelId: z.string() }),
  }),
  ESCROW_REFUNDED: defineEvent({
    ...about,
    type: 'wallet:escrow.refunded',
    summary: 'Refunded.',
    data: z.object(money),
  }),
};
const WalletEventType = {
  ESCROW_HELD: contracts.ESCROW_HELD.type,
  ESCROW_SETTLED: contracts.ESCROW_SETTLED.type,
  ESCROW_REFUNDED: contracts.ESCROW_REFUNDED.type,
} as const;
const held = {
  type: WalletEventType.ESCROW_HELD,
  data: { userId: 'user-123', escrowId: 'escrow-456', amount: 100 },
  idempotencyKey: 'hold-123',
} as const;
const settled = {
  type: WalletEventType.ESCROW_SETTLED,
  data: { userId: 'user-123', escrowId: 'escrow-456', amount: 100, modelId: 'model-1' },
} as const;

test('source 002, Event Subscribers', async () => {
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const eventBus = new EventBus({ contracts });

  eventBus.subscribe({
    subscriberId: 'my-subscriber',
    eventTypes: [WalletEventType.ESCROW_HELD],
    handler: async (event) => {
      // Process event
      console.log('Escrow held:', event);
    },
    priority: 10, // Lower = higher priority
  });

  await eventBus.publish(held);
  await eventBus.idle();
  expect(log.mock.calls).toEqual([['Escrow held:', expect.objectContaining({ type: 'wallet:escrow.held' })]]);
  log.mockRestore();
});

test('source 002, Examples 2 to 4: activity feed, notification service, analytics', async () => {
  const entries: unknown[] = [];
  const sent: unknown[] = [];
  const tracked: unknown[] = [];
  const activityFeedService = { createEntry: async (entry: unknown) => entries.push(entry) };
  const notificationService = { send: async (notification: unknown) => sent.push(notification) };
  const analyticsService = { track: async (what: unknown) => tracked.push(what) };
  const eventBus = new EventBus({ contracts });

  eventBus.subscribe({
    subscriberId: 'activity-feed',
    eventTypes: [WalletEventType.ESCROW_HELD, WalletEventType.ESCROW_SETTLED, WalletEventType.ESCROW_REFUNDED],
    handler: async (event) => {
      // Create activity feed entry
      await activityFeedService.createEntry({
        userId: event.data.userId,
        eventType: event.type,
        timestamp: event.occurredAt,
        metadata: { amount: event.data.amount },
      });
    },
  });
  eventBus.subscribe({
    subscriberId: 'notification-service',
    eventTypes: [WalletEventType.ESCROW_SETTLED],
    handler: async (event) => {
      // Notify model of earnings
      await notificationService.send({
        recipientId: event.data.modelId,
        template: 'earnings_received',
        variables: { amount: event.data.amount, timestamp: event.occurredAt },
      });
    },
  });
  eventBus.subscribe({
    subscriberId: 'analytics',
    eventTypes: [WalletEventType.ESCROW_HELD, WalletEventType.ESCROW_SETTLED],
    handler: async (event) => {
      // Track metrics
      await analyticsService.track({ eventType: event.type, userId: event.data.userId, amount: event.data.amount });
    },
    priority: 50, // Lower priority for analytics
  });

  await eventBus.publish(held);
  await eventBus.publish(settled);
  await eventBus.idle();
  expect(entries).toMatchObject([{ eventType: 'wallet:escrow.held' }, { eventType: 'wallet:escrow.settled' }]);
  expect(sent).toMatchObject([{ recipientId: 'model-1', variables: { amount: 100 } }]);
  expect(tracked).toHaveLength(2);
});

test('source 002, Testing: Unit Tests', async () => {
  const eventBus = new EventBus({ asyncProcessing: false, contracts });
  const handledEvents: unknown[] = [];

  eventBus.subscribe({
    subscriberId: 'test',
    eventTypes: [WalletEventType.ESCROW_HELD],
    handler: async (event) => handledEvents.push(event),
  });

  await eventBus.publish(held);
  expect(handledEvents).toHaveLength(1);
});

test('source 002, Configuration: Event Bus', async () => {
  const eventBus = new EventBus({
    enableDeduplication: true, // Enable idempotency
    deduplicationTtlMs: 3600000, // 1 hour TTL
    maxRetryAttempts: 3, // Retry failed handlers 3 times
    retryDelayMs: 1000, // 1 second between retries
    asyncProcessing: true, // Fire and forget
  });
  const failing = (bus: EventBus) =>
    bus.subscribe({ subscriberId: 'a', eventTypes: ['a:b'], handler: () => Promise.reject(new Error('no')) });

  // They are the defaults: both try four times, a second apart.
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
  try {
    for (const bus of [eventBus, new EventBus()]) {
      failing(bus);
      await bus.publish({ type: 'a:b', data: {}, idempotencyKey: 'k' });
      await jest.advanceTimersByTimeAsync(0);
      for (const tries of [1, 2, 3, 4, 4]) {
        expect(bus.metrics().EVENT_HANDLER_ERROR).toBe(tries);
        await jest.advanceTimersByTimeAsync(1_000);
      }
    }
  } finally {
    jest.useRealTimers();
  }
});

test('source 002, Monitoring and Metrics', async () => {
  const eventBus = new EventBus({ contracts, asyncProcessing: false, maxRetryAttempts: 0 });
  await eventBus.publish(settled);
  eventBus.subscribe({ subscriberId: 'well', eventTypes: ['wallet:*'], handler: () => undefined });
  await eventBus.publish(held);
  await eventBus.publish(held);
  eventBus.subscribe({ subscriberId: 'ill', eventTypes: ['wallet:*'], handler: () => Promise.reject(new Error('no')) });
  await eventBus.publish(settled).catch(() => undefined);
  expect(eventBus.metrics()).toEqual({
    EVENT_PUBLISHED: 3,
    EVENT_DUPLICATE_DETECTED: 1,
    EVENT_NO_SUBSCRIBERS: 1,
    EVENT_HANDLER_SUCCESS: 2,
    EVENT_HANDLER_ERROR: 1,
  });
});

test('source 002, Migration Guide: a failed publication fails no operation', async () => {
  const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const eventBus = new EventBus({ contracts, asyncProcessing: false, maxRetryAttempts: 0 });
  eventBus.subscribe({ subscriberId: 'ill', eventTypes: ['wallet:*'], handler: () => Promise.reject(new Error('no')) });

  // After successful wallet operation
  try {
    await eventBus.publish(held);
  } catch (eventError) {
    console.error('Failed to publish event:', eventError);
    // Don't throw - operation already succeeded
  }

  expect(error.mock.calls).toEqual([
    ['Failed to publish event:', expect.objectContaining({ code: 'subscribers_failed' })],
  ]);
  error.mockRestore();
});
