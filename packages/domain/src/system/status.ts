import { type Queries, systemAnnouncement } from '@skelly/db';
import { SYSTEM_CHANNEL } from '@skelly/types/live';
import { SYSTEM_PARTS, type SystemPart, type SystemStatusResponse } from '@skelly/types/system';
import { and, gt, isNull, or, sql } from 'drizzle-orm';
import { readStreamPosition } from '../live';
import type { PartStates } from './judge';

/** Milliseconds without a look at the system after which that is the first thing to say of it. */
const UNWATCHED_MS = 30_000;

/** What is degraded, what is announced, and where to follow both from. */
export async function readSystemStatus(queries: Queries): Promise<SystemStatusResponse> {
  const stream = await readStreamPosition(queries, SYSTEM_CHANNEL);
  const { rows } = await queries.execute<{
    version: number;
    parts: PartStates;
    changedAt: string;
    isUnwatched: boolean;
  }>(sql`
    select version, parts, to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "changedAt",
      isfinite(checked_at) and checked_at < now() - ${UNWATCHED_MS} * interval '1 ms' as "isUnwatched"
    from system_health`);
  const { version, parts: states, changedAt, isUnwatched } = rows[0] as (typeof rows)[number];
  const isDegraded = (part: SystemPart) => (part === 'watch' ? isUnwatched : states[part]?.degraded === true);
  const parts = SYSTEM_PARTS.filter(isDegraded);
  const [current] = await queries
    .select()
    .from(systemAnnouncement)
    .where(
      and(
        isNull(systemAnnouncement.withdrawnAt),
        or(isNull(systemAnnouncement.until), gt(systemAnnouncement.until, sql`now()`)),
      ),
    );
  return {
    health: { state: parts.length > 0 ? 'degraded' : 'ok', parts, version, changedAt },
    announcement: current
      ? {
          announcementId: current.id,
          text: current.text,
          publishedAt: current.publishedAt.toISOString(),
          until: current.until?.toISOString() ?? null,
        }
      : null,
    stream,
  };
}
