import { auditLedger } from '@skelly/domain/ledger-audit';
import { defineHandler } from '@skelly/events';
import { ledgerAuditDue } from '@skelly/types/wallet';

/** The first run on a ledger that has grown without it takes its pages one after the other. */
const TIMEOUT_MS = 300_000;

/** Proves what the ledger has taken since the last time, and that every wallet holds what it should. */
export function createAuditLedger(port: { readonly keepsHistory: boolean }) {
  return defineHandler({
    id: 'wallet.audit-ledger',
    on: ledgerAuditDue,
    // It waits for nobody's backlog, and nobody waits for it.
    queue: 'audit',
    timeoutMs: TIMEOUT_MS,
    // What a second try does not mend, the next tick may.
    retry: { maxAttempts: 2, backoffMs: 1_000 },
    async handle(_event, work) {
      await auditLedger(work, { checksEvents: port.keepsHistory });
    },
  });
}
