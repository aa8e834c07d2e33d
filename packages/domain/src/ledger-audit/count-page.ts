import type { Queries } from '@skelly/db';
import { type SQL, sql } from 'drizzle-orm';
import { sidesOf } from './entries';
import { bounded, type Finding, type Findings, findingsOf, isNew } from './finding';

/** Transfers, or events, above one position and up to another. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What reading a page has shown. */
export interface Counted {
  readonly transfers: number;
  readonly findings: Findings;
}

type Row = Finding & { readonly among: number };

/**
 * Adds transfers to the checkpoints, and looks whether each follows from the one before: the next entry of its account, which then
 * holds what it held before and what the transfer moved. Of an account whose chain is broken the first transfer is named.
 *
 * Nothing is sorted for it: what an account held before its first entry, what each says that it holds and what each must have found
 * cancel each other out, but for what it holds after the last. Of 64-bit hashes of them, one in 2^64 chains that are broken passes.
 */
export async function countPage(queries: Queries, page: Range): Promise<Counted> {
  const { rows } = await queries.execute<{ transfers: number; broken: number[] | null }>(sql`
    with side as (
      select debit_account as account, position, -amount as delta, debit_entry as entry, debit_balance as balance
      from ledger_transfer where ${within(page)}
      union all
      select credit_account, position, amount, credit_entry, credit_balance from ledger_transfer where ${within(page)}
    ), change as materialized (
      select account, sum(delta)::bigint as delta, count(*) as entries, count(entry) as numbered, max(position) as position,
        bit_xor(hashint8extended(balance, entry) # hashint8extended(balance - delta, entry - 1)) as chain
      from side group by account
    ), broken as (
      select change.account
      from change left join ledger_checkpoint as known on known.account_id = change.account
      left join ledger_account as account on account.id = change.account
      where account.id is null or (account.owner is not null and (numbered <> change.entries
        or chain is distinct from hashint8extended(coalesce(known.balance, 0), coalesce(known.entries, 0))
          # hashint8extended(coalesce(known.balance, 0) + delta, coalesce(known.entries, 0) + change.entries)))
    ), counted as (
      insert into ledger_checkpoint as known (account_id, position, balance, entries)
      select account, position, delta, entries from change
      on conflict (account_id) do update set position = excluded.position, balance = known.balance + excluded.balance,
        entries = known.entries + excluded.entries
    )
    select (select coalesce(sum(entries), 0)::float8 / 2 from change) as transfers, (select array_agg(account::float8) from broken) as broken`);
  const { transfers = 0, broken = null } = rows[0] ?? {};
  return { transfers, findings: broken ? await findBreaks(queries, page, broken) : findingsOf([]) };
}

/** The first transfer of each account that does not follow from what the account held before the page; it is counted by now. */
async function findBreaks(queries: Queries, page: Range, accounts: readonly number[]): Promise<Findings> {
  const { rows } = await queries.execute<Row>(sql`
    with page as materialized (
      select * from ledger_transfer where ${within(page)}
    ), side as (
      select * from (${sidesOf(sql`page`)}) as side where account = any(${sql.param(accounts)}::bigint[])
    ), running as (
      select side.*, sum(delta) over (partition by account order by entry, position rows unbounded preceding)::bigint as moved,
        row_number() over (partition by account order by entry, position) as nth,
        sum(delta) over (partition by account)::bigint as delta_of_all, count(*) over (partition by account) as entries
      from side
    ), odd as (
      select running.*, known.entries - running.entries + nth as its_entry, known.balance - delta_of_all + moved as its_balance
      from running join ledger_checkpoint as known on known.account_id = running.account
    ), first as (
      select distinct on (odd.account) odd.* from odd
      where entry is distinct from its_entry or balance is distinct from its_balance
      order by odd.account, its_entry
    )
    select 'chain' as rule, 'account:' || odd.account || '/transfer:' || odd.id as subject,
      owner, account.currency, odd.account::float8 as "accountId",
      jsonb_build_object(
        'expected', jsonb_build_object('entry', its_entry, 'balance', its_balance),
        'found', jsonb_build_object('entry', entry, 'balance', odd.balance),
        'transfers', jsonb_build_array(jsonb_build_object('position', position, 'transferId', odd.id, 'kind', odd.kind,
          'amount', delta, 'entry', entry, 'balance', odd.balance))) as evidence, among
    from ${bounded(sql`first as odd where ${isNew('chain', sql`'account:' || odd.account || '/transfer:' || odd.id`)}`)} as odd
    left join ledger_account as account on account.id = odd.account`);
  return findingsOf(rows);
}

/** Holds that do not say what their transfers have moved. Both are written together, so they are always seen together. */
export async function checkHolds(queries: Queries, page: Range): Promise<Findings> {
  const { rows } = await queries.execute<Row>(sql`
    with odd as materialized (
      select moved.*, hold.id as hold_id from ledger_transfer as moved
      -- Looked up one by one: there may be many more holds than transfers of a page.
      left join lateral (select * from escrow where escrow.id = moved.escrow_id limit 1) as hold on true
      where ${within(page)} and moved.escrow_id is not null
        and (hold.currency is distinct from moved.currency
          or moved.amount is distinct from case moved.kind when 'hold' then hold.amount when 'settle' then hold.settled_amount
            when 'refund' then hold.refunded_amount end)
    )
    select 'hold' as rule, 'escrow:' || moved.escrow_id as subject, coalesce(hold.owner, payer.owner, payee.owner) as owner,
      coalesce(hold.currency, moved.currency) as currency, null as "accountId",
      jsonb_build_object(
        'expected', jsonb_build_object('kind', moved.kind, 'amount', moved.amount, 'currency', moved.currency),
        'found', jsonb_build_object('status', hold.status, 'amount', hold.amount, 'settled', hold.settled_amount,
          'refunded', hold.refunded_amount, 'currency', hold.currency),
        'transfers', jsonb_build_array(jsonb_build_object('position', moved.position, 'transferId', moved.id, 'kind', moved.kind,
          'amount', moved.amount))) as evidence, among
    from ${bounded(sql`odd where ${isNew('hold', sql`'escrow:' || odd.escrow_id`)}`)} as moved
    left join escrow as hold on hold.id = moved.hold_id
    left join ledger_account as payer on payer.id = moved.debit_account
    left join ledger_account as payee on payee.id = moved.credit_account`);
  return findingsOf(rows);
}

const within = ({ from, to }: Range): SQL => sql`position > ${from}::bigint and position <= ${to}::bigint`;
