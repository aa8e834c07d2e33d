import type { Database } from '@skelly/db';
import type { QueueDepth, QueueTransport } from '../transport/transport';
import { queryTogether } from '../unit-of-work/round-trip';

/** How far the backbone is behind. Ages in seconds, 0 where nothing waits. */
export interface Lag {
  /** Events that no queue has taken yet; 10,000 at most are counted. */
  readonly outbox: { readonly ageSeconds: number; readonly pending: number };
  /** What is due and not promoted yet; 10,000 at most are counted. */
  readonly schedule: { readonly ageSeconds: number; readonly due: number };
  /** Dead letters that nobody has resolved; 10,000 of either kind at most are counted. */
  readonly deadLetters: number;
  readonly queues: readonly QueueLag[];
}

export interface QueueLag {
  readonly queue: string;
  /** How long messages had waited that were received within half a minute; when none was, though some are there, for how long none was. */
  readonly ageSeconds: number;
  /** As SQS counts, approximately; null when it does not say. */
  readonly depth: QueueDepth | null;
}

/** Deliveries that tell how long messages wait: the newest by event. */
const SAMPLE = 400;
const RECENT_SECONDS = 30;
/** Milliseconds after which the server ends the statement. */
const WITHIN_MS = 3_000;
const WITHIN = { text: `select set_config('statement_timeout', '${WITHIN_MS}', true)`, queryMode: 'extended' };

/** What is due first, as many of each kind: an index on when it is due is of one kind, so that each is read by its own. */
const dueFirst = (limit: number) =>
  [`kind in ('retry', 'parked')`, `kind = 'timer'`, `kind = 'recurring'`]
    .map(
      (kind) => `(select due_at from event_schedule where ${kind} and due_at <= now() order by due_at limit ${limit})`,
    )
    .join(' union all ');

// Every part is bounded: by its limit, and by an index that leads to its first row.
const READ = `
  with floor as materialized (select outbox_floor as id from event_low_water),
  newest as materialized (
    select handler, received_at, relayed_at from event_processing_log order by event_id desc limit ${SAMPLE}
  ), waited as (
    select handler, extract(epoch from max(received_at - relayed_at))::float8 as seconds from newest
    where received_at > now() - interval '${RECENT_SECONDS} seconds' group by handler
  )
  select
    coalesce((select extract(epoch from now() - created_at)::float8 from event_outbox
      where id > (select id from floor) order by id limit 1), 0) as "outboxAge",
    (select count(*)::int from (select from event_outbox where id > (select id from floor) limit 10000) as few) as pending,
    coalesce((select extract(epoch from now() - min(due_at))::float8 from (${dueFirst(1)}) as first), 0) as "dueAge",
    (select count(*)::int from (select from (${dueFirst(10_000)}) as each_kind limit 10000) as few) as due,
    (select count(*)::int from (
      select from event_dead_letter where handler is not null and resolved_at is null limit 10000) as few)
    + (select count(*)::int from (
      select from event_dead_letter where handler is null and resolved_at is null limit 10000) as few) as "deadLetters",
    (select coalesce(json_agg(queues), '[]') from (
      select queue, max(seconds) as waited from event_route left join waited using (handler)
      where retired_at is null group by queue order by queue) as queues) as queues`;

interface Row {
  readonly outboxAge: number;
  readonly pending: number;
  readonly dueAge: number;
  readonly due: number;
  readonly deadLetters: number;
  readonly queues: readonly { readonly queue: string; readonly waited: number | null }[];
}

/** Reads what Postgres knows, in a transaction that ends with the statement. */
async function readRow({ pool }: Database): Promise<Row> {
  const client = await pool.connect();
  try {
    const [, result] = await queryTogether(client, [WITHIN, { text: READ, queryMode: 'extended' } as typeof WITHIN]);
    client.release();
    return result?.rows[0] as Row;
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}

/**
 * Reads the lag with one statement of three seconds at most, and one question to SQS for each queue. It remembers since when a queue has
 * been silent, so make one a process.
 *
 * @throws (by what it returns) the database's error.
 */
export function createLagReader(deps: {
  readonly database: Database;
  readonly transport: Pick<QueueTransport, 'depth'>;
  readonly now: () => Date;
}): () => Promise<Lag> {
  const { database, transport } = deps;
  /** When a queue with messages was first seen to deliver none, in milliseconds since 1970. */
  const silentSince = new Map<string, number>();

  async function readQueue({ queue, waited }: Row['queues'][number]): Promise<QueueLag> {
    const depth = await transport.depth(queue).catch(() => null);
    if (waited !== null || depth === null || depth.visible === 0) {
      silentSince.delete(queue);
      return { queue, ageSeconds: Math.max(waited ?? 0, 0), depth };
    }
    const now = deps.now().getTime();
    const since = silentSince.get(queue) ?? now;
    silentSince.set(queue, since);
    return { queue, ageSeconds: (now - since) / 1_000, depth };
  }

  return async () => {
    const { outboxAge, pending, dueAge, due, deadLetters, queues } = await readRow(database);
    return {
      outbox: { ageSeconds: outboxAge, pending },
      schedule: { ageSeconds: dueAge, due },
      deadLetters,
      queues: await Promise.all(queues.map(readQueue)),
    };
  };
}
