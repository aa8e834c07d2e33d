import type { Queries } from '@skelly/db';
import { sql } from 'drizzle-orm';
import { sidesOf } from './entries';
import type { Finding } from './finding';

/** Transfers, or events, above one position and up to another. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Adds transfers to the checkpoints, and looks whether each follows from the one before: the next entry of its account, which then
 * holds what it held before and what the transfer moved. Of an account whose chain is broken the first transfer is named.
 */
export async function countPage(queries: Queries, { from, to }: Range): Promise<readonly Finding[]> {
  const { rows } = await queries.execute<Finding>(sql`
    with page as materialized (
      select * from ledger_transfer where position > ${from}::bigint and position <= ${to}::bigint
    ), side as materialized (
      ${sidesOf(sql`page`)}
    ), running as (
      select side.*, sum(delta) over (partition by account order by entry, position rows unbounded preceding)::bigint as moved,
        row_number() over (partition by account order by entry, position) as nth
      from side where entry is not null
    ), odd as (
      select running.*, coalesce(known.entries, 0) + nth as its_entry, coalesce(known.balance, 0) + moved as its_balance
      from running left join ledger_checkpoint as known on known.account_id = running.account
      where running.entry <> coalesce(known.entries, 0) + nth or running.balance is distinct from coalesce(known.balance, 0) + moved
    ), unnumbered as (
      select side.*, null::bigint, null::bigint, null::bigint, null::bigint
      from side join ledger_account on ledger_account.id = side.account and owner is not null where entry is null
    ), change as (
      select account, sum(delta)::bigint as delta, count(*) as entries, max(position) as position from side group by account
    ), counted as (
      insert into ledger_checkpoint as known (account_id, position, balance, entries)
      select account, position, delta, entries from change
      on conflict (account_id) do update set position = excluded.position, balance = known.balance + excluded.balance,
        entries = known.entries + excluded.entries
    )
    select distinct on (odd.account) 'chain' as rule, 'account:' || odd.account || '/transfer:' || odd.id as subject,
      owner, account.currency, odd.account::float8 as "accountId",
      jsonb_build_object(
        'expected', jsonb_build_object('entry', its_entry, 'balance', its_balance, 'currency', account.currency),
        'found', jsonb_build_object('entry', entry, 'balance', odd.balance, 'currency', odd.currency),
        'transfers', jsonb_build_array(jsonb_build_object('position', position, 'transferId', odd.id, 'kind', odd.kind,
          'amount', delta, 'entry', entry, 'balance', odd.balance))) as evidence
    from (select * from odd union all select * from unnumbered) as odd
    left join ledger_account as account on account.id = odd.account
    order by odd.account, entry nulls first`);
  return rows;
}

/** Holds that do not say what their transfers have moved. Both are written together, so they are always seen together. */
export async function checkHolds(queries: Queries, { from, to }: Range): Promise<readonly Finding[]> {
  const { rows } = await queries.execute<Finding>(sql`
    select 'hold' as rule, 'escrow:' || moved.escrow_id as subject, coalesce(hold.owner, payer.owner, payee.owner) as owner,
      coalesce(hold.currency, moved.currency) as currency, null as "accountId",
      jsonb_build_object(
        'expected', jsonb_build_object('kind', moved.kind, 'amount', moved.amount, 'currency', moved.currency),
        'found', jsonb_build_object('status', hold.status, 'amount', hold.amount, 'settled', hold.settled_amount,
          'refunded', hold.refunded_amount, 'currency', hold.currency),
        'transfers', jsonb_build_array(jsonb_build_object('position', moved.position, 'transferId', moved.id, 'kind', moved.kind,
          'amount', moved.amount))) as evidence
    from ledger_transfer as moved
    left join escrow as hold on hold.id = moved.escrow_id
    left join ledger_account as payer on payer.id = moved.debit_account
    left join ledger_account as payee on payee.id = moved.credit_account
    where moved.position > ${from}::bigint and moved.position <= ${to}::bigint and moved.escrow_id is not null
      and (hold.currency is distinct from moved.currency
        or moved.amount is distinct from case moved.kind when 'hold' then hold.amount when 'settle' then hold.settled_amount
          when 'refund' then hold.refunded_amount end)`);
  return rows;
}
