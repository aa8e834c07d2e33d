import { createEventSystem, type EventSystem } from '@skelly/events';
import type { TestDatabase } from '@skelly/testkit';
import { createLedger, WalletService } from '../../wallet';
import { type AuditOptions, type AuditResult, auditLedger } from '../audit';

/** A ledger as one process has it, and its audit. */
export interface TestLedger {
  readonly events: EventSystem;
  readonly wallets: WalletService;
  audit(options?: AuditOptions): Promise<AuditResult>;
}

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {}

export function createTestLedger(database: TestDatabase): TestLedger {
  const now = () => new Date();
  const notifier = { committed: ignore, close: async () => undefined };
  const events = createEventSystem({ database, notifier, now });
  return {
    events,
    wallets: new WalletService(createLedger({ events, database, now, log: silent })),
    audit: (options) => events.transaction((work) => auditLedger(work, options)),
  };
}
