import { createEventSystem, EventBus, type EventSystem } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { TransactionReason, walletEvents } from '@skelly/types/wallet';
import {
  BalanceSnapshotCache,
  createLedger,
  createWalletEventPublisher,
  type Ledger,
  type WalletEventPublisher as Publisher,
  publishOnBus,
  WalletService,
} from '../index';

export type WalletBus = EventBus<(typeof walletEvents)[keyof typeof walletEvents]>;

/** What source 002 has as globals, made for one test. */
export interface CompositionRoot {
  readonly database: TestDatabase;
  readonly events: EventSystem;
  readonly eventBus: WalletBus;
  readonly ledgerService: Ledger;
  readonly walletService: WalletService;
  /** Fed by the bus. */
  readonly cache: BalanceSnapshotCache;
  readonly WalletEventPublisher: Publisher<Promise<string>>;
  /** What was counted, as `METRIC type`. */
  readonly counted: readonly string[];
  /** A new member, who has so much. */
  memberWith(amount: number): Promise<string>;
  // biome-ignore lint/suspicious/noExplicitAny: rows of every table; tests say what they expect
  rows(text: string, values?: unknown[]): Promise<any[]>;
  close(): Promise<void>;
}

export async function createCompositionRoot(): Promise<CompositionRoot> {
  const database = await createTestDatabase();
  const now = () => new Date();
  const log = createTestLog();
  const counted: string[] = [];
  const metrics = { count: (metric: string, type: string) => void counted.push(`${metric} ${type}`) };
  const notifier = { committed: () => undefined, close: async () => undefined };
  const events = createEventSystem({ database, notifier, now });
  const eventBus: WalletBus = new EventBus({ contracts: walletEvents });
  const cache = new BalanceSnapshotCache();
  cache.subscribeTo(eventBus);
  const onCommitted = publishOnBus({ bus: eventBus, log });
  const ledgerService = createLedger({ events, database, now, log, metrics, onCommitted });
  const walletService = new WalletService(ledgerService);
  const rows = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
  return {
    ...{ database, events, eventBus, ledgerService, walletService, cache, counted, rows },
    WalletEventPublisher: createWalletEventPublisher(
      (contract, data, options) => events.emitEvent(contract, data, 'wallet', options),
      metrics,
    ),
    async memberWith(amount) {
      const [{ id: userId }] = await rows(
        `insert into users (id, email, display_name, password_hash)
         values (gen_random_uuid(), gen_random_uuid()::text, 'Mara', 'x') returning id`,
      );
      if (amount > 0) await walletService.credit({ userId, amount, reason: TransactionReason.TOP_UP });
      await eventBus.idle();
      return userId;
    },
    async close() {
      await eventBus.close();
      await database.drop();
    },
  };
}
