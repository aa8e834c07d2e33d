import { isUnavailable } from '@skelly/db';
import type pg from 'pg';
import type { Log } from '../log';

/** Rows deleted by one statement at most. */
const BATCH = 1_000;
/** Statements for one table in one run at most; the next run goes on. */
const BATCHES = 200;
/** Rows of one table that a run deletes at most. */
export const MOST_ROWS = BATCH * BATCHES;

/** Days that rows are kept, where the tables' comments leave no choice. */
const NOTIFICATION_DAYS = 400;
const ACTIVITY_DAYS = 400;
const DEAD_LETTER_DAYS = 400;
const REPLAY_DAYS = 400;
const ANNOUNCEMENT_DAYS = 400;
/** A few days more than the three years before which the table refuses it. */
const OPERATOR_ACTION_DAYS = 1_100;
const SESSION_DAYS = 30;
/** An hour: a kind of process that nobody has started since is missed no more. */
const HEARTBEAT_DAYS = 1 / 24;
/** Long enough to say of a token that it was used, or came too late. */
const LIVE_TOKEN_DAYS = 1;
const NOTE_DAYS = 400;
/** Of a note that was taken down. */
const REMOVED_NOTE_DAYS = 30;
const LEDGER_REFUSAL_DAYS = 90;
/** Of one that was not paid. */
const TOP_UP_DAYS = 90;
/** As long as SQS keeps their message. */
const SUSPECT_DAYS = 14;
const DAY_MS = 86_400_000;

interface Rule {
  readonly table: string;
  /** Days after which rows go. */
  readonly days: number;
  /** Deletes up to {@link BATCH} rows that are older than $1. */
  readonly text: string;
}

/** Rows that somebody holds are left for the next run, so nobody waits for a deletion, nor it for them. */
const deletion = (table: string, condition: string, order = '') => `
  delete from ${table} where ctid = any (array(
    select ctid from ${table} as old where ${condition} ${order} limit ${BATCH} for update skip locked))`;

// Unread ones leave the count as well. The inboxes first, as everybody does who changes one; those that are held wait for the next run.
const NOTIFICATIONS = `
  with old as materialized (
    select id, user_id from notification where id < uuid_floor($1::timestamptz + interval '1 day') and created_at < $1
    order by id limit ${BATCH}
  ), held as materialized (
    select user_id from notification_inbox where user_id in (select user_id from old) order by user_id for update skip locked
  ), gone as (
    delete from notification where id in (select id from old where user_id in (select user_id from held))
    returning user_id, read_at, archived_at
  ), counted as (
    select user_id, count(*)::int as unread from gone where read_at is null and archived_at is null group by user_id
  ), moved as (
    update notification_inbox as inbox set unread = inbox.unread - counted.unread, version = version + 1
    from counted where inbox.user_id = counted.user_id
  )
  select from gone`;

// Causes of which nothing is open. Their rows are locked before they are summed, and go together, or a sum would change.
const EMPTY_CAUSES = `
  with held as materialized (
    select fingerprint, type, count from dead_letter_count
    where $1::timestamptz is not null and (fingerprint, type) in (
      select fingerprint, type from dead_letter_count group by fingerprint, type having sum(count) = 0 limit ${BATCH / 10}
    )
    order by fingerprint, type, spread for update
  ), empty as (
    select fingerprint, type from held group by fingerprint, type having sum(count) = 0
  )
  delete from dead_letter_count as gone using empty where gone.fingerprint = empty.fingerprint and gone.type = empty.type`;

/** Days that rows are kept, where settings decide. */
export interface RowDays {
  readonly attempts: number;
  readonly pushes: number;
  /** As long as the history, whose order it is. */
  readonly progress: number;
}

function rules(days: RowDays): readonly Rule[] {
  return [
    {
      table: 'event_attempt',
      days: days.attempts,
      // They count the tries of what waits, and tell operators of what is dead.
      text: deletion(
        'event_attempt',
        `failed_at < $1
         and not exists (select from event_schedule as waiting where waiting.event_id = old.event_id and waiting.handler = old.handler)
         and not exists (select from event_dead_letter as dead
           where dead.event_id = old.event_id and dead.handler = old.handler and dead.resolved_at is null)`,
      ),
    },
    { table: 'event_dead_letter', days: DEAD_LETTER_DAYS, text: deletion('event_dead_letter', 'resolved_at < $1') },
    {
      table: 'event_correction',
      days: 1,
      text: deletion(
        'event_correction',
        `created_at < $1 and not exists (select from event_dead_letter as dead
           where dead.event_id = old.event_id and dead.handler = old.handler and dead.run = old.run)`,
      ),
    },
    { table: 'dead_letter_count', days: 0, text: EMPTY_CAUSES },
    { table: 'replay_run', days: REPLAY_DAYS, text: deletion('replay_run', 'seen_at < $1') },
    { table: 'ledger_refusal', days: LEDGER_REFUSAL_DAYS, text: deletion('ledger_refusal', 'at < $1') },
    { table: 'top_up', days: TOP_UP_DAYS, text: deletion('top_up', "status <> 'paid' and created_at < $1") },
    { table: 'idempotency_record', days: 0, text: deletion('idempotency_record', 'expires_at < $1') },
    {
      table: 'push_message',
      days: days.pushes,
      // Times are those of the transactions' beginnings, offsets those of their ends: only what nothing older than the
      // limit precedes goes, so that a channel loses its beginning and never gets a hole.
      text: deletion(
        'push_message',
        `created_at < $1 and position < coalesce(
           (select position from push_message where created_at >= $1 order by position limit 1), ${Number.MAX_SAFE_INTEGER})`,
        'order by position',
      ),
    },
    { table: 'push_seen', days: days.pushes, text: deletion('push_seen', 'shown_at < $1') },
    {
      table: 'event_progress',
      days: days.progress,
      // Weeks are kept to their end, or held: without the progress their events would count as unfinished, and block the subject.
      text: deletion(
        'event_progress',
        `updated_at < $1 and not exists (
           select from event_history as history where history.subject = old.subject and history.position <= old.position)`,
      ),
    },
    { table: 'event_reply', days: 0, text: deletion('event_reply', 'expires_at < $1') },
    { table: 'event_responder', days: 1, text: deletion('event_responder', 'seen_at < $1') },
    { table: 'event_rate_limit', days: 1, text: deletion('event_rate_limit', 'ends_at < $1') },
    { table: 'event_suspect', days: SUSPECT_DAYS, text: deletion('event_suspect', 'started_at < $1') },
    {
      table: 'user_session',
      days: SESSION_DAYS,
      text: deletion('user_session', '(expires_at < $1 or revoked_at < $1)'),
    },
    { table: 'live_token', days: LIVE_TOKEN_DAYS, text: deletion('live_token', 'expires_at < $1') },
    { table: 'email_verification', days: SESSION_DAYS, text: deletion('email_verification', 'expires_at < $1') },
    { table: 'process_heartbeat', days: HEARTBEAT_DAYS, text: deletion('process_heartbeat', 'at < $1') },
    {
      table: 'system_announcement',
      days: ANNOUNCEMENT_DAYS,
      text: deletion('system_announcement', 'published_at < $1 and (withdrawn_at is not null or until < $1)'),
    },
    { table: 'operator_action', days: OPERATOR_ACTION_DAYS, text: deletion('operator_action', 'at < $1') },
    { table: 'notification', days: NOTIFICATION_DAYS, text: NOTIFICATIONS },
    { table: 'activity_entry', days: ACTIVITY_DAYS, text: deletion('activity_entry', 'at < $1') },
    { table: 'room_note', days: NOTE_DAYS, text: deletion('room_note', 'created_at < $1') },
    { table: 'room_note', days: REMOVED_NOTE_DAYS, text: deletion('room_note', 'removed_at < $1') },
    {
      table: 'notification_delivery',
      days: NOTIFICATION_DAYS,
      text: deletion('notification_delivery', 'at < $1'),
    },
  ];
}

/**
 * Deletes rows that are past what their tables' comments say, in batches, each a short transaction of its own. A table
 * that cannot be cleared is logged and keeps no other from it.
 *
 * @returns how many rows went, by table.
 */
export async function deleteExpiredRows(
  client: pg.ClientBase,
  options: { now: Date; days: RowDays; log: Log; signal: AbortSignal },
): Promise<ReadonlyMap<string, number>> {
  const deleted = new Map<string, number>();
  for (const { table, days, text } of rules(options.days)) {
    const before = new Date(options.now.getTime() - days * DAY_MS);
    try {
      let rows = BATCH;
      for (let batch = 0; rows === BATCH && batch < BATCHES && !options.signal.aborted; batch += 1) {
        rows = (await client.query(text, [before])).rowCount ?? 0;
        if (rows > 0) deleted.set(table, (deleted.get(table) ?? 0) + rows);
      }
    } catch (error) {
      if (isUnavailable(error)) throw error;
      options.log.warn({ err: error, table }, 'a table could not be cleared of expired rows; trying again in an hour');
    }
  }
  return deleted;
}
