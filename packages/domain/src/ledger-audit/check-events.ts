import type { Queries } from '@skelly/db';
import { ledgerEntryCreated } from '@skelly/types/wallet';
import { sql } from 'drizzle-orm';
import type { Range } from './count-page';
import { bounded, type Finding, type Findings, findingsOf, isNew } from './finding';

// Whole weeks of the history are dropped; transfers are kept. Ids are in the order of time, as the weeks are.
const OLDEST_WEEK = sql`(
  select min(substring(pg_get_expr(relpartbound, pg_class.oid) from 'FROM \\(''([0-9a-f-]+)''\\)'))::uuid
  from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'event_history'::regclass and not inhdetachpending)`;

/**
 * Transfers without their event, and events without their transfer. Both are written together, so either is there when the other is
 * seen; the two ranges need not be of the same ones. Of events that were dropped for their age nothing is said.
 */
export async function checkEvents(queries: Queries, transfers: Range, events: Range): Promise<Findings> {
  const { rows } = await queries.execute<Finding & { readonly among: number }>(sql`
    with told as (
      select event_id from event_history
      where type = ${ledgerEntryCreated.type} and position > ${events.from}::bigint and position <= ${events.to}::bigint
    ), moved as (
      select id from ledger_transfer where position > ${transfers.from}::bigint and position <= ${transfers.to}::bigint
    ), odd as materialized (
      select moved.id as transfer_id, told.event_id from moved full join told on told.event_id = moved.id
      where moved.id is null or told.event_id is null
    ), untold as (
      select odd.transfer_id from odd where odd.transfer_id >= ${OLDEST_WEEK} and ${isNew('event', sql`'transfer:' || odd.transfer_id`)}
        and not exists (select from event_history as told where told.event_id = odd.transfer_id and told.type = ${ledgerEntryCreated.type})
    ), unmoved as (
      select odd.event_id from odd where not exists (select from ledger_transfer as moved where moved.id = odd.event_id)
        and odd.event_id is not null and ${isNew('event', sql`'event:' || odd.event_id`)}
    ), chosen as materialized ${bounded(sql`(select transfer_id, null::uuid as event_id from untold union all select null, event_id from unmoved) as odd`)}
    select 'event' as rule, 'transfer:' || odd.transfer_id as subject, coalesce(payer.owner, payee.owner) as owner, moved.currency,
      case when payer.owner is null then payee.id else payer.id end::float8 as "accountId",
      jsonb_build_object('expected', jsonb_build_object('event', odd.transfer_id), 'found', jsonb_build_object('event', null),
        'transfers', jsonb_build_array(jsonb_build_object('position', moved.position, 'transferId', moved.id, 'kind', moved.kind,
          'amount', moved.amount))) as evidence, among
    from chosen as odd join ledger_transfer as moved on moved.id = odd.transfer_id
    left join ledger_account as payer on payer.id = moved.debit_account
    left join ledger_account as payee on payee.id = moved.credit_account
    union all
    select 'event', 'event:' || odd.event_id, told.data ->> 'userId', told.data ->> 'currency', null,
      jsonb_build_object('expected', jsonb_build_object('transfer', odd.event_id), 'found', jsonb_build_object('transfer', null),
        'transfers', jsonb_build_array(jsonb_build_object('eventPosition', told.position, 'transferId', odd.event_id,
          'kind', told.data -> 'kind', 'amount', told.data -> 'amount'))), among
    from chosen as odd join event_history as told on told.event_id = odd.event_id`);
  return findingsOf(rows);
}

/** Where a page of events of transfers ends: about as many as of transfers, so that most of them are each other's. */
export async function endOfEvents(queries: Queries, { from, to }: Range, limit: number): Promise<number> {
  const { rows } = await queries.execute<{ count: number; last: number | null }>(sql`
    select count(*)::float8 as count, max(position)::float8 as last from (
      select position from event_history
      where type = ${ledgerEntryCreated.type} and position > ${from}::bigint and position <= ${to}::bigint
      order by position limit ${limit}
    ) as page`);
  const { count, last } = rows[0] as { count: number; last: number | null };
  return count < limit || last === null ? to : last;
}
