import { TransactionReason, WalletEventType } from '@skelly/types/wallet';
import { v7 as uuidv7 } from 'uuid';
import { createEntry, listActivity } from '../activity';
import { count, total } from '../analytics';
import { listNotifications, notify } from '../notification';
import { createCompositionRoot } from './testing/composition-root';

test('source 002, Examples 2 to 4: Activity Feed Integration, Notification Service, Analytics and Reporting', async () => {
  const root = await createCompositionRoot();
  const { database, events, eventBus, walletService } = root;
  const now = () => new Date();
  const hold = (userId: string) => ({ userId, amount: 100, reason: TransactionReason.PERFORMANCE_REQUEST });
  // The services of the examples over ours, which act in a unit of work.
  let position = 0;
  const activityFeedService = {
    createEntry: (entry: Omit<Parameters<typeof createEntry>[1], 'position'>) =>
      events.transaction((work) => createEntry(work, { ...entry, position: ++position })),
  };
  const notificationService = {
    send: ({ recipientId, variables }: { recipientId: string; template: string; variables: { amount: number } }) =>
      events.transaction((work) =>
        notify(
          work,
          { userId: recipientId, eventId: uuidv7(), now: now() },
          { category: 'account', data: { earned: variables.amount, currency: 'points', what: null } },
        ),
      ),
  };
  const analyticsService = {
    track: (what: { eventType: 'wallet:escrow.held' | 'wallet:escrow.settled'; amount: number; timestamp: string }) =>
      events.transaction((work) =>
        count(work, [{ metric: `${what.eventType} points`, at: new Date(what.timestamp), by: what.amount }]),
      ),
  };

  eventBus.subscribe({
    subscriberId: 'activity-feed',
    eventTypes: [WalletEventType.ESCROW_HELD, WalletEventType.ESCROW_SETTLED, WalletEventType.ESCROW_REFUNDED],
    handler: async (event) => {
      // Create activity feed entry
      const { escrowId, currency, transactionId, featureType, queueItemId } = event.data;
      await activityFeedService.createEntry({
        userId: event.data.userId,
        eventId: event.eventId,
        eventType: event.type,
        timestamp: event.occurredAt,
        metadata: {
          side: 'payer',
          amount: event.data.amount,
          reason: event.data.reason,
          ...{ escrowId, currency, transactionId, featureType, queueItemId },
        },
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
        variables: { amount: event.data.amount },
      });
    },
  });
  eventBus.subscribe({
    subscriberId: 'analytics',
    eventTypes: [WalletEventType.ESCROW_HELD, WalletEventType.ESCROW_SETTLED],
    handler: async (event) => {
      // Track metrics
      await analyticsService.track({
        eventType: event.type,
        amount: event.data.amount,
        timestamp: event.occurredAt,
      });
    },
    priority: 50, // Lower priority for analytics
  });

  const [userId, modelId] = [await root.memberWith(1_000), await root.memberWith(0)];
  const { escrowId } = await walletService.holdInEscrow(hold(userId));
  await eventBus.idle();
  await walletService.settleEscrow({ ...hold(userId), escrowId: escrowId as string, modelId });
  await eventBus.idle();
  const feed = await listActivity(database.queries, { userId, limit: 10 });
  expect(feed.items.map(({ eventType }) => eventType)).toEqual(['wallet:escrow.settled', 'wallet:escrow.held']);
  const inbox = await listNotifications(database.queries, { userId: modelId, limit: 10, filter: 'all' });
  expect(inbox.items.map(({ title }) => title)).toEqual(['You earned 100 points']);
  expect(await total(database.queries, 'wallet:escrow.settled points')).toBe(100);
  await root.close();
});
