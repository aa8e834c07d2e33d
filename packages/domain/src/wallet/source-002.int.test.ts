import { EventBus } from '@skelly/events';
import { TransactionReason, WalletEventType, walletEvents } from '@skelly/types/wallet';
import {
  BalanceSnapshotCache,
  OptimisticLockError,
  type WalletEventPublisher as Publisher,
  WalletService,
} from './index';
import { type CompositionRoot, createCompositionRoot, type WalletBus } from './testing/composition-root';

describe('source 002, samples that need a wallet', () => {
  let root: CompositionRoot;
  let walletService: WalletService;
  let eventBus: WalletBus;
  let WalletEventPublisher: Publisher<Promise<string>>;
  const getEventBus = () => root.eventBus;
  const getBalanceCache = () => root.cache;
  const hold = (userId: string) => ({ userId, amount: 100, reason: TransactionReason.PERFORMANCE_REQUEST });

  beforeEach(async () => {
    root = await createCompositionRoot();
    ({ walletService, eventBus, WalletEventPublisher } = root);
  });
  afterEach(() => root.close());

  test('Event Publishers: WalletEventPublisher.publishEscrowHeld', async () => {
    await WalletEventPublisher.publishEscrowHeld({
      userId: 'user-123',
      escrowId: 'escrow-456',
      amount: 100,
      reason: TransactionReason.PERFORMANCE_REQUEST,
      queueItemId: 'queue-789',
      featureType: 'performance',
      transactionId: 'tx-abc',
      userAvailableBalance: 900,
      userEscrowBalance: 100,
      idempotencyKey: 'hold-123',
    });
    const [event] = await root.rows('select type, data from event_history order by position desc limit 1');
    expect(event).toMatchObject({ type: WalletEventType.ESCROW_HELD, data: { escrowId: 'escrow-456', amount: 100 } });
  });

  test('Event Subscribers: getEventBus().subscribe', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const eventBus = getEventBus();

    eventBus.subscribe({
      subscriberId: 'my-subscriber',
      eventTypes: [WalletEventType.ESCROW_HELD],
      handler: async (event) => {
        // Process event
        console.log('Escrow held:', event);
      },
      priority: 10, // Lower = higher priority
    });

    await walletService.holdInEscrow(hold(await root.memberWith(100)));
    await eventBus.idle();
    expect(log.mock.calls).toEqual([['Escrow held:', expect.objectContaining({ type: 'wallet:escrow.held' })]]);
    log.mockRestore();
  });

  test('Race Condition Handling: optimistic locking by a version that the caller brings, and automatic retry', async () => {
    const userId = await root.memberWith(100);
    const { version: currentVersion } = await walletService.getBalance(userId);
    const spend = (expectedVersion: number) =>
      walletService.debit({ userId, amount: 10, reason: TransactionReason.PURCHASE, expectedVersion });
    await spend(currentVersion);
    await expect(spend(currentVersion)).rejects.toThrow(OptimisticLockError);

    const impatient = new WalletService(root.ledgerService, { retryBackoffMs: 1 });
    const versions = [currentVersion, currentVersion, currentVersion + 1];
    await impatient.retryOnConflict(() => spend(versions.shift() as number));
    expect(versions).toEqual([]);
    const always = jest.fn(() => spend(currentVersion));
    await expect(impatient.retryOnConflict(always)).rejects.toThrow(OptimisticLockError);
    expect(always).toHaveBeenCalledTimes(3);
    expect(await walletService.getBalance(userId)).toMatchObject({ availableBalance: 80 });
  });

  test('Example 1: Real-Time Balance Cache', async () => {
    const userId = await root.memberWith(1_000);
    await walletService.holdInEscrow(hold(userId));
    await eventBus.idle();
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);

    // Cache automatically subscribes to balance events
    const cache = getBalanceCache();

    // Fast balance lookup without DB query
    const balance = cache.getBalance(userId, 'user');
    if (balance) {
      console.log('Available:', balance.availableBalance);
      console.log('Escrow:', balance.escrowBalance);
      console.log('Last updated:', balance.lastUpdated);
    }

    expect(log.mock.calls).toEqual([
      ['Available:', 900],
      ['Escrow:', 100],
      ['Last updated:', expect.any(Date)],
    ]);
    log.mockRestore();
  });

  test('Testing: Integration Tests', async () => {
    const userId = await root.memberWith(1_000);
    // Setup event subscriber
    const balances: { data: { amount: number } }[] = [];
    eventBus.subscribe({
      subscriberId: 'test-subscriber',
      eventTypes: [WalletEventType.ESCROW_HELD],
      handler: async (event) => balances.push(event),
    });

    // Perform wallet operation
    await walletService.holdInEscrow({
      userId,
      amount: 100,
      reason: TransactionReason.PERFORMANCE_REQUEST,
    });
    await eventBus.idle();

    // Verify event was published
    expect(balances).toHaveLength(1);
    expect(balances[0]?.data.amount).toBe(100);
  });

  test('Testing: Concurrency Tests', async () => {
    const initialBalance = 250;
    const userId = await root.memberWith(initialBalance);
    const [request1, request2, request3] = [hold(userId), hold(userId), hold(userId)];

    // Execute concurrent operations
    const results = await Promise.allSettled([
      walletService.holdInEscrow(request1),
      walletService.holdInEscrow(request2),
      walletService.holdInEscrow(request3),
    ]);

    // Verify all succeeded or failed gracefully
    const succeeded = results.filter((r) => r.status === 'fulfilled');
    expect(succeeded.length).toBeGreaterThan(0);

    // Verify balance consistency
    const wallet = await walletService.getBalance(userId);
    expect(wallet.availableBalance + wallet.escrowBalance).toBe(initialBalance);

    // Here no one fails for contention alone: two are affordable, the third is not.
    expect(succeeded).toHaveLength(2);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'insufficient_funds' },
    });
  });

  test('Configuration: Wallet Service and Balance Cache; they are the defaults', async () => {
    const walletService = new WalletService(root.ledgerService, {
      maxRetryAttempts: 3, // Retry on lock conflicts
      retryBackoffMs: 100, // Exponential backoff base
      defaultCurrency: 'points', // Default currency
    });
    const userId = await root.memberWith(100);
    expect(await walletService.holdInEscrow(hold(userId))).toMatchObject({ currency: 'points' });

    for (const service of [walletService, new WalletService(root.ledgerService)]) {
      const conflict = jest.fn(() => Promise.reject(new OptimisticLockError('wallet', userId)));
      const begun = performance.now();
      await expect(service.retryOnConflict(conflict)).rejects.toThrow(OptimisticLockError);
      expect(conflict).toHaveBeenCalledTimes(3);
      expect(performance.now() - begun).toBeGreaterThanOrEqual(295);
    }

    const cache = new BalanceSnapshotCache({
      enabled: true, // Enable cache
      maxSize: 10000, // Cache up to 10k balances
      ttlMs: 3600000, // 1 hour TTL
    });
    cache.subscribeTo(new EventBus({ contracts: walletEvents }));
    expect(cache.use().size).toBe(0);
  });

  test('Monitoring and Metrics: WALLET_EVENT_PUBLISHED and WALLET_EVENT_PUBLISH_ERROR', async () => {
    await walletService.holdInEscrow(hold(await root.memberWith(100)));
    expect(root.counted).toContain('WALLET_EVENT_PUBLISHED wallet:escrow.held');
    const failed = WalletEventPublisher.publishEscrowHeld({} as Parameters<Publisher<never>['publishEscrowHeld']>[0]);
    await expect(failed).rejects.toThrow();
    expect(root.counted.at(-1)).toBe('WALLET_EVENT_PUBLISH_ERROR wallet:escrow.held');
  });

  test('Migration Guide: publishing beside an operation, whose failure fails no operation', async () => {
    const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const userId = await root.memberWith(100);
    const { escrowId, amount } = await walletService.holdInEscrow(hold(userId));

    // After successful wallet operation
    try {
      await WalletEventPublisher.publishEscrowHeld({
        userId,
        escrowId: escrowId as string,
        amount,
        transactionId: '', // What the contract refuses
        reason: TransactionReason.PERFORMANCE_REQUEST,
        userAvailableBalance: 0,
        userEscrowBalance: 100,
      });
    } catch (eventError) {
      console.error('Failed to publish event:', eventError);
      // Don't throw - operation already succeeded
    }

    expect(error.mock.calls).toEqual([
      ['Failed to publish event:', expect.objectContaining({ code: 'event_data_invalid' })],
    ]);
    error.mockRestore();
    expect(await walletService.getBalance(userId)).toMatchObject({ escrowBalance: 100 });
  });
});
