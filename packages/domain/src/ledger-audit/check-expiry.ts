import type { Queries } from '@skelly/db';
import { escrowExpired } from '@skelly/types/wallet';
import { type SQL, sql } from 'drizzle-orm';
import { FROZEN_RETRY_MINUTES } from '../wallet';
import { bounded, type Finding, type Findings, findingsOf, isNew } from './finding';

/** Seconds past its expiry after which a hold must be resolved. */
const EXPIRY_GRACE_SECONDS = 60;

/** Minutes after a violation of a wallet was closed in which its overdue holds may be resolved: while it was frozen they could not. */
const REPAIR_MINUTES = 15;

/** The handler that gives back what has expired. */
const HANDLER = 'wallet.expire-hold';

/**
 * Holds that are open past their expiry though nothing is on its way that would end them. While their timer waits to be fired, as it does
 * some minutes after it met a frozen wallet, or its event waits for the handler, the system is late and no wallet is to blame; a dead letter
 * that nobody has retried is an end.
 */
export async function checkExpiry(queries: Queries): Promise<Findings> {
  const { rows } = await queries.execute<Finding & { readonly among: number }>(sql`
    select 'expiry' as rule, 'escrow:' || hold.id as subject, hold.owner, hold.currency, null as "accountId",
      jsonb_build_object(
        'expected', jsonb_build_object('resolvedBy', to_char(hold.expires_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
        'found', jsonb_build_object('status', hold.status, 'amount', hold.amount),
        'transfers', '[]'::jsonb) as evidence, among
    from ${bounded(sql`escrow as odd where ${isOverdue(sql`odd`)}`)} as hold`);
  return findingsOf(rows);
}

const isOverdue = (hold: SQL): SQL => sql`
  ${hold}.status = 'held' and ${hold}.expires_at < now() - make_interval(secs => ${EXPIRY_GRACE_SECONDS})
      and not exists (select from event_schedule as timer
        where timer.key = 'timer:escrow:' || ${hold}.id and timer.due_at <= now() + make_interval(mins => ${FROZEN_RETRY_MINUTES}))
      and not exists (
        select from event_history as told
        where told.subject = 'wallet:' || ${hold}.owner and told.type = ${escrowExpired.type} and told.data ->> 'escrowId' = ${hold}.id::text
          and not exists (select from event_processing_log as done
            where done.event_id = told.event_id and done.handler = ${HANDLER} and done.status = 'finished')
          and not exists (select from event_dead_letter as dead where dead.event_id = told.event_id and dead.handler = ${HANDLER}
              and dead.resolved_at is null))
      and not exists (select from ledger_account as account
        where account.owner = ${hold}.owner and account.currency = ${hold}.currency and account.frozen_at is not null)
      and ${isNew('expiry', sql`'escrow:' || ${hold}.id`)}
      and not exists (select from ledger_violation as known where known.owner = ${hold}.owner and known.currency = ${hold}.currency
        and known.resolved_at > now() - make_interval(mins => ${REPAIR_MINUTES}))`;
