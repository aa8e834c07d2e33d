import type { Queries } from '@skelly/db';
import type { ChannelPosition } from '@skelly/types/live';
import { sql } from 'drizzle-orm';

/** The offset before a channel's first message. */
export const BEFORE_FIRST = 0;

/**
 * Where a channel's stream stands. Read it before the state that it belongs to: what comes between is seen twice, which
 * readers by id and version do not mind, and never missed.
 */
export async function readStreamPosition(queries: Queries, channel: string): Promise<ChannelPosition> {
  const { rows } = await queries.execute<{ offset: number; epoch: string }>(sql`
    select coalesce((select "offset" from push_channel where channel = ${channel}), ${BEFORE_FIRST})::int8 as "offset", epoch
    from push_epoch`);
  const { offset, epoch } = rows[0] as { offset: number; epoch: string };
  return { channel, offset, epoch };
}

/** Positions that a running writer may have drawn before the highest one that is visible; far more than one transaction draws. */
const WRITERS_SLACK = 1_000;

/**
 * Where the log of all events stands, for the operations feed. While a writer is under way its positions are not visible
 * yet, so the answer lies a little back then: readers see some events twice and miss none.
 */
export async function readLogPosition(queries: Queries): Promise<ChannelPosition> {
  const { rows } = await queries.execute<{ position: number; epoch: string }>(sql`
    select coalesce((select max(position) from event_history), 0)::int8 as position, epoch from push_epoch`);
  const { position, epoch } = rows[0] as { position: number; epoch: string };
  const { rows: writers } = await queries.execute(sql`
    select from pg_locks where relation = 'event_history'::regclass and mode = 'RowExclusiveLock' and granted limit 1`);
  return { channel: 'log', offset: Math.max(0, writers.length > 0 ? position - WRITERS_SLACK : position), epoch };
}
