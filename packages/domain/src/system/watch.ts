import { systemHealth } from '@skelly/db';
import { createPulse, type EventSystem, type Log, type UnitOfWork, withEventContext } from '@skelly/events';
import { type SystemHealth, systemHealthChanged } from '@skelly/types/system';
import { sql } from 'drizzle-orm';
import { LEASE_MS } from './heartbeat';
import { judge, type PartStates } from './judge';
import { measure } from './measure';

/** Milliseconds between two looks of one watcher. */
const LOOK_MS = 2_000;

interface HealthRow extends Record<string, unknown> {
  readonly version: number;
  readonly parts: PartStates;
  readonly now: Date;
  readonly watchedSince: Date;
  /** Whether nobody has looked for longer than a lease, though somebody has before. */
  readonly wasUnwatched: boolean;
  /** Whether another has looked a moment ago. */
  readonly isFresh: boolean;
}

/**
 * Looks once at the state of the system. Emits `system:health.changed` when another set of parts is degraded than before, and
 * after nobody had looked for a while. Any number may look at once: one row's lock lets one of them judge, so a change is one event.
 *
 * @returns the health if it has changed.
 */
export async function watchOnce(work: UnitOfWork): Promise<SystemHealth | undefined> {
  const lease = sql`${LEASE_MS} * interval '1 ms'`;
  const { rows } = await work.tx.execute<HealthRow>(sql`
    select version, parts, now(), checked_at > now() - ${LOOK_MS / 2} * interval '1 ms' as "isFresh",
      isfinite(checked_at) and checked_at < now() - ${lease} as "wasUnwatched",
      case when checked_at < now() - ${lease} then now() else watched_since end as "watchedSince"
    from system_health for update skip locked`);
  const [row] = rows;
  if (!row || row.isFresh) return undefined;
  const now = new Date(row.now);
  const watchedSince = new Date(row.watchedSince);
  const { parts, degraded } = judge(row.parts, await measure(work.tx, watchedSince), now.getTime());
  const before = Object.entries(row.parts).flatMap(([part, state]) => (state.degraded ? [part] : []));
  const isSame = degraded.length === before.length && degraded.every(({ part }) => before.includes(part));
  const isNews = !isSame || row.wasUnwatched;
  const version = isNews ? row.version + 1 : row.version;
  await work.tx
    .update(systemHealth)
    .set({ version, parts, checkedAt: now, watchedSince, ...(isNews ? { changedAt: now } : {}) });
  if (!isNews) return undefined;
  const health: SystemHealth = {
    state: degraded.length > 0 ? 'degraded' : 'ok',
    parts: degraded.map(({ part }) => part),
    version,
    changedAt: now.toISOString(),
  };
  work.emit(systemHealthChanged, { ...health, reasons: degraded.map(({ reason }) => reason) });
  return health;
}

/** Watches the system until it is stopped. Whatever cannot be looked at now is looked at the next time. */
export function startStatusWatch(deps: { readonly events: EventSystem; readonly log: Log }): { stop(): Promise<void> } {
  const { events, log } = deps;
  return createPulse({
    run: async () => {
      try {
        const health = await withEventContext({ actor: 'system' }, () => events.transaction(watchOnce));
        if (health) log.warn({ parts: health.parts }, `the system is ${health.state}`);
      } catch (error) {
        log.debug({ err: error }, 'the state of the system cannot be looked at now; trying again');
      }
      return LOOK_MS;
    },
  });
}
