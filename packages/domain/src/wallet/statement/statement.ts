import type { Queries } from '@skelly/db';
import {
  DEFAULT_CURRENCY,
  type StatementEntry,
  type StatementFilter,
  type TransferKind,
  type WalletAccount,
} from '@skelly/types/wallet';
import { type SQL, sql } from 'drizzle-orm';
import { memberIdOf } from '../member-id';

/** Lines of one page at most. */
const MAX_LINES = 2_000;

/** Entries of one side of an account that are read for those of a kind. */
const MOST_READ = 5_000;

/** Which lines of a wallet's statement are asked for. */
export interface HistoryRequest extends Partial<StatementFilter> {
  readonly userId: string;
  /** Lines of the page: 1 to 2,000. @defaultValue 30 */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly before?: number | undefined;
}

export interface HistoryPage {
  /** Newest first. */
  readonly items: readonly StatementEntry[];
  /** Null: there is no older line. Of a kind, a page may be short though there are older ones. */
  readonly nextCursor: number | null;
}

/** No line of the page; `reached` as in each. */
interface Nothing extends Record<string, unknown> {
  readonly line: null;
  readonly reached: number | null;
}

interface Row extends Record<string, unknown> {
  /** The line below which not all were read; null where all were. */
  readonly reached: number | null;
  readonly line: number;
  readonly id: string;
  readonly operation_id: string;
  readonly created_at: Date | string;
  readonly account: WalletAccount;
  readonly kind: TransferKind;
  readonly reason: StatementEntry['reason'];
  readonly amount: number;
  readonly balance: number;
  readonly escrow_id: string | null;
  readonly feature_type: string | null;
  readonly queue_item_id: string | null;
  readonly other_user: string | null;
  readonly other_name: string | null;
}

/**
 * A page of a wallet's statement. A line is one side of a transfer; what moved within the wallet has two of them. They are numbered by the
 * transfer's position, twice, and one more for the side that got: so a page may end between the two.
 *
 * Reads as many lines of each account as the page has, from the newest one asked for, whatever came before or after; with a kind, 5,000 of
 * each side at most: where few of them are of that kind the page is short, or empty, and its cursor goes on behind them.
 */
export async function getHistory(queries: Queries, request: HistoryRequest): Promise<HistoryPage> {
  const { userId, currency = DEFAULT_CURRENCY, account, kind, before } = request;
  const limit = Math.min(Math.max(Math.trunc(request.limit ?? 30), 1), MAX_LINES);
  const reach = kind ? MOST_READ : limit + 1;
  const within = conditions(request);
  const side = (which: 'debit' | 'credit'): SQL => {
    const column = (name: string) => sql.raw(`transfer.${which}_${name}`);
    const isCredit = which === 'credit';
    const older = before === undefined ? sql`` : sql`and position < ${positionBefore(before, isCredit)}`;
    return sql`(
      select position * 2 + ${sql.raw(isCredit ? '1' : '0')} as line, ${sql.raw(isCredit ? 'amount' : '-amount')} as amount,
        ${column('balance')} as balance, ${sql.raw(`transfer.${isCredit ? 'debit' : 'credit'}_account`)} as other_account,
        id, operation_id, created_at, kind, reason, escrow_id, feature_type, queue_item_id
      from ledger_transfer as transfer
      where ${column('account')} = mine.id ${older} ${within}
      order by position desc limit ${reach})`;
  };
  // Of a side that has more, nothing is known below its last line that was read.
  const { rows } = await queries.execute<Row | Nothing>(sql`
    with entry as materialized (
      select entry.*, mine.kind as account, mine.owner
      from ledger_account as mine cross join lateral (${side('debit')} union all ${side('credit')}) as entry
      where mine.owner = ${userId} and mine.currency = ${currency} ${account ? sql`and mine.kind = ${account}` : sql``}
    ), reached as (
      select max(lowest) as line from (select min(line) as lowest from entry group by account, line % 2 having count(*) >= ${reach}) as side
    ), page as (
      select * from entry where line >= coalesce((select line from reached), 0) ${kind ? sql`and kind = ${kind}` : sql``}
      order by line desc limit ${limit + 1}
    )
    select page.*, reached.line::float8 as reached, users.id as other_user, users.display_name as other_name
    from reached left join page on true
    left join ledger_account as other on other.id = page.other_account
    left join users on other.owner <> page.owner and users.id = ${memberIdOf(sql`other.owner`)}
    order by page.line desc`);
  const found = rows.filter((row): row is Row => row.line !== null);
  const items = found.slice(0, limit).map(toEntry);
  const isMore = found.length > limit;
  return { items, nextCursor: isMore ? (items.at(-1)?.position ?? null) : (rows[0]?.reached ?? null) };
}

/** The position below which transfers have a line, of one side, that is older than a line. */
function positionBefore(line: number, isCredit: boolean): number {
  return isCredit ? Math.floor(line / 2) : Math.ceil(line / 2);
}

function conditions({ from, to }: HistoryRequest): SQL {
  const parts = [
    ...(from
      ? [
          sql`and position >= ledger_position_at(${startOf(from)}::timestamptz - interval '1 minute')
            and created_at >= ${startOf(from)}::timestamptz`,
        ]
      : []),
    ...(to
      ? [
          sql`and position < ledger_position_at(${startOf(to)}::timestamptz + interval '1 day 1 minute')
            and created_at < ${startOf(to)}::timestamptz + interval '1 day'`,
        ]
      : []),
  ];
  return sql.join(parts, sql` `);
}

const startOf = (day: string) => `${day}T00:00:00Z`;

function toEntry(row: Row): StatementEntry {
  return {
    position: Number(row.line),
    transferId: row.id,
    transactionId: row.operation_id,
    at: new Date(row.created_at).toISOString(),
    account: row.account,
    kind: row.kind,
    reason: row.reason,
    amount: Number(row.amount),
    balance: Number(row.balance),
    counterparty:
      row.other_user && row.other_name !== null ? { userId: row.other_user, displayName: row.other_name } : null,
    escrowId: row.escrow_id,
    featureType: row.feature_type,
    queueItemId: row.queue_item_id,
  };
}
