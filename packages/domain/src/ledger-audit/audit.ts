import { ledgerAudit, ledgerViolation } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { eq, isNull, sql } from 'drizzle-orm';
import { checkEvents, endOfEvents } from './check-events';
import { checkExpiry } from './check-expiry';
import { compareBalances, compareEscrow } from './compare';
import { checkHolds, countPage } from './count-page';
import { type Finding, type Findings, joined } from './finding';
import { closeReturned, recordFindings } from './record';
import { recheckNext, recountAll, recountNext } from './recount';
import { type Settled, settledPositions } from './settled';

export interface AuditOptions {
  /** Counts everything again, from the first transfer; takes about a minute for ten million. @defaultValue false */
  readonly full?: boolean;
  /** Waits for an audit that is under way, instead of leaving it at that. @defaultValue false */
  readonly wait?: boolean;
  /** Whether events are kept once they are handled (EVENT_HISTORY_ENABLED). Without them they prove nothing. @defaultValue true */
  readonly checksEvents?: boolean;
  /** Transfers of one statement. @defaultValue 200000 */
  readonly pageSize?: number;
  /** Transfers of one run at most; the next goes on. @defaultValue 500000 */
  readonly maxTransfers?: number;
  /** About so many entries of old are counted again in each run. @defaultValue 5000 */
  readonly recountEntries?: number;
  /** Transfers of old whose holds and events are looked for again in each run. @defaultValue 2500 */
  readonly recheckTransfers?: number;
}

/** What one run did. */
export interface AuditResult {
  /** Whether another one was under way, so that this one did nothing. */
  readonly busy: boolean;
  /** Transfers up to here are audited. */
  readonly position: number;
  /** Whether that is all there were, so that balances were compared. */
  readonly complete: boolean;
  /** Transfers that this run has read. */
  readonly transfers: number;
  /** Accounts that were held against them. */
  readonly accounts: number;
  /** Accounts that were counted again from their first entry. */
  readonly recounted: number;
  readonly tookMs: number;
  /** What it found, without what is known already. */
  readonly found: readonly Finding[];
  /** How much was found beyond what one run keeps; later runs do. */
  readonly more: number;
  /** Violations that are open now. */
  readonly open: number;
}

/**
 * Audits the ledger in a unit of work: what came since the last time, transfer by transfer, and every account and hold as they are now. What
 * breaks a rule is kept with the evidence, its wallet frozen and the event emitted, all with the unit's commit. One at a time.
 *
 * Each check is one statement, which sees a wallet and its transfers as of one moment: wallets that move meanwhile give no false alarm.
 */
export async function auditLedger(work: UnitOfWork, options: AuditOptions = {}): Promise<AuditResult> {
  const { full = false, wait = false, checksEvents = true } = options;
  const begun = performance.now();
  const queries = work.tx;
  const head = await lockHead(work, wait);
  // Pages fit into memory; and what is asked is not worth compiling.
  await queries.execute(sql`select set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`);
  if (!head) return { ...NOTHING, busy: true, open: await countOpen(work) };
  const settled = await settledPositions(queries, { transfers: head.position, events: head.eventPosition });
  const { reached, transfers, findings } = await readNew(work, head, settled, { ...options, checksEvents });
  const complete = reached.transfers === settled.transfers;
  await closeReturned(work);
  const now = [await compareEscrow(queries), await checkExpiry(queries)];
  if (complete) now.push(await compareBalances(queries, reached.transfers));
  const again = full
    ? { findings: await recountAll(queries, reached, { checksEvents }), accounts: 0, account: 0, transfer: 0 }
    : await lookAgain(work, head, { ...options, checksEvents, position: reached.transfers });
  const { found: all, more } = joined([...findings, ...now, again.findings]);
  const found = await recordFindings(work, all);
  const accounts = await countAccounts(work);
  const recounted = full ? accounts : again.accounts;
  const tookMs = Math.round(performance.now() - begun);
  await queries.update(ledgerAudit).set({
    position: reached.transfers,
    eventPosition: reached.events,
    recountedAccount: again.account,
    recheckedPosition: again.transfer,
    finishedAt: sql`clock_timestamp()`,
    tookMs,
    transfers,
    accounts,
    recounted,
    more,
    ...(full ? { fullyRecountedAt: sql`clock_timestamp()` } : {}),
  });
  const open = await countOpen(work);
  const { transfers: position } = reached;
  return { busy: false, position, complete, transfers, accounts, recounted, tookMs, found, more, open };
}

const NOTHING = {
  position: 0,
  complete: false,
  transfers: 0,
  accounts: 0,
  recounted: 0,
  tookMs: 0,
  found: [],
  more: 0,
} as const;

/** @returns undefined when somebody else audits. */
async function lockHead(work: UnitOfWork, wait: boolean): Promise<typeof ledgerAudit.$inferSelect | undefined> {
  const query = work.tx.select().from(ledgerAudit).where(eq(ledgerAudit.single, true));
  const [head] = await (wait ? query.for('update') : query.for('update', { skipLocked: true }));
  return head;
}

/** Takes a turn at what was audited before: nothing of it may change, and somebody may have changed it all the same. */
async function lookAgain(
  { tx }: UnitOfWork,
  head: { readonly recountedAccount: number; readonly recheckedPosition: number },
  options: AuditOptions & { readonly checksEvents: boolean; readonly position: number },
) {
  const { position, checksEvents, recountEntries: entries = 5_000, recheckTransfers: transfers = 2_500 } = options;
  const recounted = await recountNext(tx, { position, after: head.recountedAccount, entries });
  const rechecked = await recheckNext(tx, { position, after: head.recheckedPosition, transfers, checksEvents });
  return {
    findings: joined([recounted.findings, rechecked.findings]),
    accounts: recounted.accounts,
    account: recounted.through,
    transfer: rechecked.through,
  };
}

/** Reads what came since the last time, page by page, into the checkpoints. */
async function readNew(
  { tx: queries }: UnitOfWork,
  head: { readonly position: number; readonly eventPosition: number },
  settled: Settled,
  options: AuditOptions,
): Promise<{ readonly reached: Settled; readonly transfers: number; readonly findings: readonly Findings[] }> {
  const { pageSize = 200_000, maxTransfers = 500_000, checksEvents } = options;
  const last = options.full ? settled.transfers : Math.min(settled.transfers, head.position + maxTransfers);
  const findings: Findings[] = [];
  let transfers = 0;
  let from = head.position;
  let eventsFrom = head.eventPosition;
  while (from < last) {
    const page = { from, to: Math.min(from + pageSize, last) };
    const counted = await countPage(queries, page);
    transfers += counted.transfers;
    findings.push(counted.findings, await checkHolds(queries, page));
    from = page.to;
    // Until the last page of a run that comes to the end, as many events as transfers.
    const eventsTo = await endOfEvents(queries, { from: eventsFrom, to: settled.events }, pageSize);
    if (checksEvents) findings.push(await checkEvents(queries, page, { from: eventsFrom, to: eventsTo }));
    eventsFrom = eventsTo;
  }
  if (last === settled.transfers && eventsFrom < settled.events) {
    const none = { from, to: from };
    if (checksEvents) findings.push(await checkEvents(queries, none, { from: eventsFrom, to: settled.events }));
    eventsFrom = settled.events;
  }
  return { reached: { transfers: from, events: eventsFrom }, transfers, findings };
}

async function countAccounts({ tx }: UnitOfWork): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(
    sql`select count(*)::float8 as count from ledger_account where owner is not null`,
  );
  return rows[0]?.count ?? 0;
}

async function countOpen({ tx }: UnitOfWork): Promise<number> {
  return tx.$count(ledgerViolation, isNull(ledgerViolation.resolvedAt));
}
