import { ledgerAudit, ledgerViolation, type Queries } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { eq, isNull, sql } from 'drizzle-orm';
import { checkEvents, endOfEvents } from './check-events';
import { checkExpiry } from './check-expiry';
import { compareBalances, compareEscrow } from './compare';
import { type Counted, checkHolds, countPage, type Range } from './count-page';
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
  /** How much was found beyond what one run keeps: the next one finds it, or of a full count the next full one. */
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
  const { reached, transfers, findings, isNearEnd } = await readNew(work, head, settled, { ...options, checksEvents });
  const complete = reached.transfers === settled.transfers;
  await closeReturned(work);
  const now = [await compareEscrow(queries), await checkExpiry(queries)];
  if (isNearEnd) now.push(await compareBalances(queries, reached.transfers));
  // From the first to the last, or not at all: beyond a page that must be read again nothing is known.
  const recountsAll = full && complete;
  const again = recountsAll
    ? { findings: await recountAll(queries, reached, { checksEvents }), accounts: 0, account: 0, transfer: 0 }
    : await lookAgain(work, head, { ...options, checksEvents, position: reached.transfers });
  const { found: all, more } = joined([...findings, ...now, again.findings]);
  const found = await recordFindings(work, all);
  const accounts = await countAccounts(work);
  const recounted = recountsAll ? accounts : again.accounts;
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
    ...(recountsAll ? { fullyRecountedAt: sql`clock_timestamp()` } : {}),
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

/** What {@link readNew} has read. */
interface ReadNew {
  readonly reached: Settled;
  readonly transfers: number;
  readonly findings: readonly Findings[];
  /** Whether no more follows than one run reads, so that balances can be compared. */
  readonly isNearEnd: boolean;
}

/**
 * Reads what came since the last time, page by page, into the checkpoints. It stops before a page of which more is wrong than one run
 * keeps: the next run reads that one again, and finds the rest.
 */
async function readNew(
  { tx: queries }: UnitOfWork,
  head: { readonly position: number; readonly eventPosition: number },
  settled: Settled,
  options: AuditOptions,
): Promise<ReadNew> {
  const { pageSize = 200_000, maxTransfers = 500_000, checksEvents } = options;
  const last = options.full ? settled.transfers : Math.min(settled.transfers, head.position + maxTransfers);
  const isNearEnd = last === settled.transfers;
  const findings: Findings[] = [];
  let transfers = 0;
  let from = head.position;
  let eventsFrom = head.eventPosition;
  while (from < last) {
    const page = { from, to: Math.min(from + pageSize, last) };
    // Until the last page of a run that comes to the end, as many events as transfers.
    const eventsTo = await endOfEvents(queries, { from: eventsFrom, to: settled.events }, pageSize);
    const read = await readPage(queries, page, checksEvents ? { from: eventsFrom, to: eventsTo } : undefined);
    findings.push(read.findings);
    if (read.findings.more > 0)
      return {
        reached: { transfers: from, events: eventsFrom },
        transfers,
        findings,
        isNearEnd: settled.transfers - from <= maxTransfers,
      };
    transfers += read.transfers;
    from = page.to;
    eventsFrom = eventsTo;
  }
  if (isNearEnd && eventsFrom < settled.events) {
    const rest = { from: eventsFrom, to: settled.events };
    const told = checksEvents ? await checkEvents(queries, { from, to: from }, rest) : joined([]);
    findings.push(told);
    if (told.more === 0) eventsFrom = settled.events;
  }
  return { reached: { transfers: from, events: eventsFrom }, transfers, findings, isNearEnd };
}

/** Reads a page into the checkpoints, unless more is wrong with it than one run keeps: then they stay as they are. */
async function readPage(queries: Queries, page: Range, events: Range | undefined): Promise<Counted> {
  await queries.execute(sql`savepoint before_page`);
  const { transfers, findings: broken } = await countPage(queries, page);
  const findings = joined([
    broken,
    await checkHolds(queries, page),
    ...(events ? [await checkEvents(queries, page, events)] : []),
  ]);
  if (findings.more > 0) await queries.execute(sql`rollback to savepoint before_page`);
  await queries.execute(sql`release savepoint before_page`);
  return { transfers, findings };
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
