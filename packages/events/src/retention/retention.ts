import { connectionConfig } from '@skelly/db';
import pg from 'pg';
import type { Log } from '../log';
import { createPulse } from '../pulse';
import { retirePartitions } from './partitions';
import { deleteExpiredRows, MOST_ROWS } from './rows';

/** Milliseconds between two runs. */
const INTERVAL_MS = 3_600_000;
/** The pause when a run has left more, in milliseconds. */
const MORE_MS = 1_000;
/** Milliseconds for a lock: whoever uses an old week goes first, and nobody queues behind us for longer. */
const LOCK_TIMEOUT_MS = 2_000;
/** Milliseconds for one statement; none looks at more than an hour's events or deletes more than a batch. */
const STATEMENT_TIMEOUT_MS = 60_000;

export interface RetentionDays {
  /** Of `event_history`, and of `event_progress`, which follows it. @defaultValue 400, EVENT_HISTORY_RETENTION_DAYS */
  readonly history: number;
  /** Of `event_processing_log` and `event_attempt`. @defaultValue 90, EVENT_PROCESSING_LOG_RETENTION_DAYS */
  readonly processingLog: number;
  /** Of `push_message`, and of `push_seen`, which tells of its rows. @defaultValue 7, EVENT_PUSH_RETENTION_DAYS */
  readonly pushes: number;
}

export interface RetentionDependencies {
  /** Postgres without a pooler: detaching needs settings and a lock that outlive a transaction. */
  readonly directUrl: string;
  readonly log: Log;
  readonly now: () => Date;
}

/** What one run has removed. */
export interface Removed {
  readonly partitions: readonly string[];
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * Removes what is past its retention, once: weeks of the partitioned tables in which everything is over, and rows of the others. Of several
 * at once one works.
 *
 * @returns what went; undefined when another was at it.
 */
export async function runRetention(
  deps: RetentionDependencies,
  days: RetentionDays,
  signal: AbortSignal = new AbortController().signal,
): Promise<Removed | undefined> {
  const client = new pg.Client({
    ...connectionConfig({ url: deps.directUrl, applicationName: 'skelly-retention' }),
    lock_timeout: LOCK_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 10_000,
  });
  // The query under way fails by itself; without a listener a lost connection would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_lock(hashtext('skelly retention')) as mine`,
    );
    if (!rows[0]?.mine) return undefined;
    const now = deps.now();
    return {
      rows: await deleteExpiredRows(client, {
        now,
        days: { attempts: days.processingLog, pushes: days.pushes, progress: days.history },
        log: deps.log,
        signal,
      }),
      partitions: await retirePartitions(client, {
        now,
        days: { event_history: days.history, event_processing_log: days.processingLog },
        log: deps.log,
        signal,
      }),
    };
  } finally {
    await client.end();
  }
}

/** Removes what is past its retention, hourly and as long as a run leaves more, until it is stopped; then the statement in hand is finished. */
export function startRetention(deps: RetentionDependencies, days: RetentionDays): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const pulse = createPulse({
    run: async () => {
      try {
        const removed = await runRetention(deps, days, stopping.signal);
        const more = [...(removed?.rows.values() ?? [])].some((rows) => rows >= MOST_ROWS);
        if (removed && (removed.partitions.length > 0 || removed.rows.size > 0))
          deps.log.info(
            { partitions: removed.partitions, rows: Object.fromEntries(removed.rows) },
            'removed what was past its retention',
          );
        if (more) return MORE_MS;
      } catch (error) {
        deps.log.warn({ err: error }, 'what is past its retention could not be removed; trying again in an hour');
      }
      return INTERVAL_MS;
    },
  });
  return {
    stop() {
      stopping.abort();
      return pulse.stop();
    },
  };
}
