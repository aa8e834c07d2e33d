import { ledgerAccount, ledgerAudit, ledgerViolation, type Queries, users } from '@skelly/db';
import type {
  FrozenWallet,
  LedgerEvidence,
  LedgerHead,
  LedgerViolation,
  OpsLedgerResponse,
} from '@skelly/types/wallet';
import { desc, eq, isNull, sql } from 'drizzle-orm';
import { memberIdOf } from '../wallet';

/** Rows of each list at most. */
const MOST = 100;

/** What operators see of the audit: how far it has come, what it has found, and which wallets are frozen. */
export async function readLedgerAudit(queries: Queries): Promise<OpsLedgerResponse> {
  const [head, violations, openViolations, frozen] = await Promise.all([
    readHead(queries),
    listViolations(queries),
    queries.$count(ledgerViolation, isNull(ledgerViolation.resolvedAt)),
    listFrozen(queries),
  ]);
  return { head, violations: [...violations], openViolations, frozen: [...frozen] };
}

async function readHead(queries: Queries): Promise<LedgerHead> {
  const [head] = await queries
    .select({
      position: ledgerAudit.position,
      waiting: sql<number>`(select count(*)::float8 from (
        select from ledger_transfer where ledger_transfer.position > ledger_audit.position limit 1000000) as later)`,
      finishedAt: ledgerAudit.finishedAt,
      tookMs: ledgerAudit.tookMs,
      transfers: ledgerAudit.transfers,
      accounts: ledgerAudit.accounts,
      recounted: ledgerAudit.recounted,
      more: ledgerAudit.more,
      fullyRecountedAt: ledgerAudit.fullyRecountedAt,
    })
    .from(ledgerAudit);
  if (!head) throw new Error('The audit of the ledger has lost its row.');
  const { finishedAt, fullyRecountedAt, ...rest } = head;
  return {
    ...rest,
    finishedAt: finishedAt?.toISOString() ?? null,
    fullyRecountedAt: fullyRecountedAt?.toISOString() ?? null,
  };
}

/** Violations, those that are open first, the newest first. */
async function listViolations(queries: Queries): Promise<readonly LedgerViolation[]> {
  const rows = await queries
    .select()
    .from(ledgerViolation)
    .orderBy(sql`${ledgerViolation.resolvedAt} is not null`, desc(ledgerViolation.foundAt), desc(ledgerViolation.id))
    .limit(MOST);
  return rows.map(({ id, owner, accountId, evidence, foundAt, resolvedAt, ...row }) => ({
    ...row,
    violationId: id,
    userId: owner,
    evidence: evidence as LedgerEvidence,
    foundAt: foundAt.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
  }));
}

async function listFrozen(queries: Queries): Promise<readonly FrozenWallet[]> {
  const rows = await queries
    .select({
      userId: sql<string>`${ledgerAccount.owner}`,
      currency: ledgerAccount.currency,
      displayName: sql<string | null>`min(${users.displayName})`,
      frozenAt: sql<Date>`min(${ledgerAccount.frozenAt})`.mapWith(ledgerAccount.frozenAt),
      reason: sql<string>`min(${ledgerAccount.frozenReason})`,
      accounts: sql<FrozenWallet['accounts']>`jsonb_agg(jsonb_build_object('account', ${ledgerAccount.kind},
        'balance', ${ledgerAccount.balance}, 'entries', ${ledgerAccount.entries}) order by ${ledgerAccount.id})`,
      open: sql<number>`(select count(*)::float8 from ledger_violation as known where known.owner = ${ledgerAccount.owner}
        and known.currency = ${ledgerAccount.currency} and known.resolved_at is null)`,
    })
    .from(ledgerAccount)
    .leftJoin(users, eq(users.id, memberIdOf(sql`${ledgerAccount.owner}`)))
    .where(
      sql`(${ledgerAccount.owner}, ${ledgerAccount.currency}) in (
        select frozen.owner, frozen.currency from ledger_account as frozen where frozen.frozen_at is not null)`,
    )
    .groupBy(ledgerAccount.owner, ledgerAccount.currency)
    .orderBy(desc(sql`min(${ledgerAccount.frozenAt})`))
    .limit(MOST);
  return rows.map(({ frozenAt, ...row }) => ({ ...row, frozenAt: frozenAt.toISOString() }));
}
