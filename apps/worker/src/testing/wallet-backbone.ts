import { randomUUID } from 'node:crypto';
import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createNotifier } from '@skelly/events';
import { createReplay, driveReplay } from '@skelly/events/replay';
import { createTestBackbone, createTestClock, type TestBackbone, type TestClock } from '@skelly/testkit';
import { createHandlers, type HandlerPorts } from '../handlers';

/** A backbone of a test's own whose worker has the product's handlers of wallets, and a clock that the test moves. */
export interface WalletBackbone {
  readonly backbone: TestBackbone;
  readonly clock: TestClock;
  /** As a process has it that moves money by itself. */
  readonly wallets: WalletService;
  rows(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  addMember(): Promise<string>;
  /** Replays all events of a type to a handler, and says how many were sent. */
  replay(type: string, handler: string, options: { readonly again: boolean }): Promise<number>;
  close(): Promise<void>;
}

export async function createWalletBackbone(): Promise<WalletBackbone> {
  const databases: TestBackbone['database'][] = [];
  const clock = createTestClock({ databases });
  const { now } = clock;
  const backbone = await createTestBackbone({ now });
  const { database, events, log } = backbone;
  databases.push(database);
  const notifier = createNotifier({ url: database.url, applicationName: 'test', onError: () => undefined });
  // Handlers that act outside, which need more of their ports, are none of a wallet's.
  const ports = { now, wallets: new WalletService(createLedger({ now, log })) } as HandlerPorts;
  const handlers = Object.entries(createHandlers(ports)).filter(([type]) => type.startsWith('wallet:'));
  await backbone.worker(Object.fromEntries(handlers));
  const rows = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
  return {
    backbone,
    clock,
    wallets: new WalletService(createLedger({ database, events, now, log })),
    rows,
    async addMember() {
      const userId = randomUUID();
      await rows(`insert into users (id, email, display_name, password_hash) values ($1, $2, 'Mara', 'x')`, [
        userId,
        `${userId}@example.com`,
      ]);
      return userId;
    },
    async replay(type, handler, { again }) {
      const [head] = await rows('select max(position)::float8 as position from event_history');
      const request = { selection: { type }, handlers: [handler], again, upTo: head?.['position'] as number };
      const run = await createReplay(database.queries, { ...request, perSecond: 1_000, note: null });
      const { sent } = await driveReplay({ database, notifier, findContract: backbone.findContract }, run);
      return sent;
    },
    async close() {
      await notifier.close();
      await backbone.close();
    },
  };
}
