import type { Queries } from '@skelly/db';
import { type SQL, sql } from 'drizzle-orm';
import { checkEvents } from './check-events';
import { checkHolds } from './count-page';
import { SIDE_AS_JSON, sidesOf } from './entries';
import { bounded, type Finding, type Findings, findingsOf, isNew, joined } from './finding';
import type { Settled } from './settled';

/** Accounts that are looked at for one turn at most. */
const MOST_ACCOUNTS = 500;

/** What one turn of the rotation did. */
export interface Recounted {
  readonly findings: Findings;
  readonly accounts: number;
  /** The last account of it; 0 when the rotation is through, and begins anew. */
  readonly through: number;
}

/**
 * Counts the next members' accounts again from their first entry: what was audited once must still be so. Turn by turn it comes to
 * all of them, however long ago they moved.
 *
 * @param entries about so many are counted in this turn; an account that has more takes a turn of its own.
 */
export async function recountNext(
  queries: Queries,
  { position, after, entries }: { readonly position: number; readonly after: number; readonly entries: number },
): Promise<Recounted> {
  const { rows } = await queries.execute<{ id: number; entries: number }>(sql`
    select known.account_id::float8 as id, known.entries::float8 as entries
    from ledger_checkpoint as known join ledger_account as account on account.id = known.account_id
    where known.account_id > ${after}::bigint and account.owner is not null order by known.account_id limit ${MOST_ACCOUNTS}`);
  const chosen: number[] = [];
  let left = entries;
  for (const account of rows) {
    if (chosen.length > 0 && left < account.entries) break;
    chosen.push(account.id);
    left -= account.entries;
  }
  const isThrough = rows.length < MOST_ACCOUNTS && chosen.length === rows.length;
  const findings = chosen.length > 0 ? await recount(queries, position, chosen) : findingsOf([]);
  return { findings, accounts: chosen.length, through: isThrough ? 0 : (chosen.at(-1) as number) };
}

/**
 * Looks again at the next of the transfers that were audited long ago: whether their holds and their events are still there.
 *
 * @returns where the next turn begins: at the same ones, when more is wrong with them than one run keeps; 0 when all have had theirs.
 */
export async function recheckNext(
  queries: Queries,
  options: {
    readonly position: number;
    readonly after: number;
    readonly transfers: number;
    readonly checksEvents: boolean;
  },
): Promise<{ readonly findings: Findings; readonly through: number }> {
  const { position, after, transfers, checksEvents } = options;
  const slice = { from: after, to: Math.min(after + transfers, position) };
  const holds = await checkHolds(queries, slice);
  const findings = checksEvents ? joined([holds, await checkEvents(queries, slice, { from: 0, to: 0 })]) : holds;
  const through = findings.more > 0 ? after : slice.to;
  return { findings, through: through === position ? 0 : through };
}

/** Counts everything again, from the first transfer: accounts, chains, holds and events. */
export async function recountAll(
  queries: Queries,
  { transfers, events }: Settled,
  { checksEvents }: { readonly checksEvents: boolean },
): Promise<Findings> {
  const all = { from: 0, to: transfers };
  return joined([
    await recount(queries, transfers, undefined),
    await checkHolds(queries, all),
    ...(checksEvents ? [await checkEvents(queries, all, { from: 0, to: events })] : []),
  ]);
}

/**
 * Counts the entries of accounts up to a position, and follows their chains. A checkpoint that disagrees with both the transfers and
 * the account is wrong by itself, and set right.
 *
 * @param accounts these alone.
 */
async function recount(queries: Queries, position: number, accounts: readonly number[] | undefined): Promise<Findings> {
  const chosen = (column: SQL) => (accounts ? sql`${column} = any(${sql.param(accounts)}::bigint[])` : sql`true`);
  const upTo = (column: SQL) => sql`position <= ${position}::bigint and ${chosen(column)}`;
  const { rows } = await queries.execute<Finding & { readonly among: number }>(sql`
    with side as (
      select debit_account as account, position, id, kind, -amount as delta, debit_entry as entry, debit_balance as balance
      from ledger_transfer where ${upTo(sql`debit_account`)}
      union all
      select credit_account, position, id, kind, amount, credit_entry, credit_balance
      from ledger_transfer where ${upTo(sql`credit_account`)}
    ), running as (
      select side.*, sum(delta) over (partition by account order by entry, position rows unbounded preceding)::bigint as its_balance,
        row_number() over (partition by account order by entry, position) as its_entry
      from side
    ), counted as (
      select account, sum(delta)::bigint as balance, count(*) as entries,
        min(its_entry) filter (where entry is not null and (entry <> its_entry or balance is distinct from its_balance)) as broken
      from running group by account
    ), later as (
      select * from ledger_transfer where position > ${position}::bigint
    ), tail as (
      select account, sum(delta)::bigint as delta, count(*) as entries from (${sidesOf(sql`later`)}) as side group by account
    ), odd as materialized (
      select known.account_id, known.balance as known_balance, known.entries as known_entries, account.owner, account.currency, account.kind,
        coalesce(counted.balance, 0) as balance, coalesce(counted.entries, 0) as entries, counted.broken,
        (known.balance, known.entries) = (coalesce(counted.balance, 0), coalesce(counted.entries, 0)) as same,
        account.owner is null or (account.balance, account.entries) = (coalesce(counted.balance, 0) + coalesce(tail.delta, 0),
          coalesce(counted.entries, 0) + coalesce(tail.entries, 0)) as held
      from ledger_checkpoint as known
      left join counted on counted.account = known.account_id
      left join ledger_account as account on account.id = known.account_id
      left join tail on tail.account = known.account_id
      where ${chosen(sql`known.account_id`)} and (counted.broken is not null
        or (known.balance, known.entries) is distinct from (coalesce(counted.balance, 0), coalesce(counted.entries, 0)))
    ), corrected as (
      update ledger_checkpoint as known set balance = odd.balance, entries = odd.entries
      from odd where odd.account_id = known.account_id and not same and held and broken is null
    ), traced as (
      select odd.*, first.*, case when same then 'chain' else 'recount' end as rule,
        'account:' || account_id || case when same then coalesce('/transfer:' || first.transfer_id, '') else '' end as subject
      from odd left join lateral (
        select id as transfer_id, entry as first_entry, balance as first_balance, its_entry, its_balance,
          jsonb_build_array(${SIDE_AS_JSON}) as shown
        from running where running.account = odd.account_id and its_entry = odd.broken
      ) as first on odd.broken is not null
      where same or not held or broken is not null
    )
    select rule, subject, owner, currency, account_id::float8 as "accountId",
      jsonb_build_object(
        'expected', case when same then jsonb_build_object('entry', its_entry, 'balance', its_balance)
          else jsonb_build_object('account', kind, 'balance', known_balance, 'entries', known_entries) end,
        'found', case when same then jsonb_build_object('entry', first_entry, 'balance', first_balance)
          else jsonb_build_object('account', kind, 'balance', balance, 'entries', entries) end,
        'transfers', coalesce(shown, '[]')) as evidence, among
    from ${bounded(sql`traced as odd where case when same then ${isNew('chain', sql`odd.subject`)} else ${isNew('recount', sql`odd.subject`)} end`)} as odd`);
  return findingsOf(rows);
}
