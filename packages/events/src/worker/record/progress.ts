import type { Database } from '@skelly/db';
import type pg from 'pg';
import { columnParameters } from '../../unit-of-work/array-parameter';
import { type NamedStatement, PLAN_BY_INDEX, queryByIndex } from '../../unit-of-work/round-trip';
import { type Delivery, isOrdered } from '../run/delivery';
import { scheduleKey } from './failures';
import { decideOrder } from './order';

/** How long a delivery waits for an earlier event when nobody wakes it: as long as its event is old, within these bounds. */
const WAIT = { least: "interval '30 seconds'", most: "interval '10 minutes'" };
/** Waiting deliveries of a subject that the end of one wakes: a run that one transaction takes, without a flood. */
const WOKEN = 16;

// What is above the progress and neither finished nor dead; one that was discarded is so for longer than the log is kept. The history's rows of a subject commit in the order of their
// positions, so none can still appear below one that is there.
const UNFINISHED = {
  name: 'progress-unfinished',
  text: `
    select array(
      select history.position from event_history as history
      where history.subject = o.subject and history.type = o.type and history.position < o.below
        and history.position > greatest(
          (select progress.position from event_progress as progress where progress.handler = o.handler and progress.subject = o.subject),
          (select route.since_position from event_route as route where route.type = o.type and route.handler = o.handler))
        and not exists (select from event_dead_letter as dead
          where dead.event_id = history.event_id and dead.handler = o.handler
            and (dead.resolved_at is null or dead.resolution = 'discarded'))
        and not exists (select from event_processing_log as done
          where done.event_id = history.event_id and done.handler = o.handler and done.run = $5 and done.status = 'finished')
      order by history.position limit $6
    ) as unfinished
    from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) with ordinality as o (handler, subject, type, below, nth)
    order by nth`,
};

/** The deliveries of one subject to one handler, by position. */
type Line = readonly [Delivery, ...Delivery[]];

/** The ordered ones among the deliveries, by handler and subject. */
function linesOf(deliveries: readonly Delivery[]): readonly Line[] {
  const lines = new Map<string, [Delivery, ...Delivery[]]>();
  for (const delivery of deliveries.filter(isOrdered)) {
    const key = `${delivery.handler.id} ${delivery.event.subject}`;
    const line = lines.get(key);
    if (line) line.push(delivery);
    else lines.set(key, [delivery]);
  }
  for (const line of lines.values()) line.sort((a, b) => a.event.position - b.event.position);
  return [...lines.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

/** @returns the deliveries that have to wait for an earlier event of their subject that is not among them. */
export async function findBlocked(
  client: pg.ClientBase | pg.Pool,
  deliveries: readonly Delivery[],
): Promise<readonly Delivery[]> {
  const lines = linesOf(deliveries);
  if (lines.length === 0) return [];
  const { rows } = await queryByIndex<{ unfinished: (number | string)[] }>(client, {
    ...UNFINISHED,
    values: [
      lines.map(([{ handler }]) => handler.id),
      lines.map(([{ event }]) => event.subject),
      lines.map(([{ event }]) => event.type),
      lines.map((line) => (line.at(-1) as Delivery).event.position),
      lines[0]?.[0].run,
      // All of a line may be unfinished; one more tells whether anything else is.
      Math.max(...lines.map((line) => line.length)) + 1,
    ],
  });
  return lines.flatMap((line, index) => {
    const unfinished = (rows[index]?.unfinished ?? []).map(Number);
    return line.slice(
      decideOrder(
        line.map(({ event }) => event.position),
        unfinished,
      ),
    );
  });
}

const ADVANCE = {
  name: 'progress-advance',
  text: `
    insert into event_progress as progress (handler, subject, position)
    select handler, subject, position from unnest($1::text[], $2::text[], $3::bigint[]) as given (handler, subject, position)
    order by handler, subject
    on conflict (handler, subject) do update set position = greatest(progress.position, excluded.position), updated_at = now()`,
};

// A statement of its own, after the progress rows are locked: it must see who has begun to wait until then.
const WAKE = {
  name: 'progress-wake',
  text: `
    with woken as (
      delete from event_schedule where key in (
        select next.key from unnest($1::text[], $2::text[]) as ended (handler, subject)
        cross join lateral (
          select waiting.key from event_schedule as waiting
          where waiting.handler = ended.handler and waiting.subject = ended.subject order by waiting.position limit ${WOKEN}
        ) as next)
      returning event_id, handler, run, position
    )
    insert into event_outbox (event_id, handler, run) select event_id, handler, run from woken order by position`,
};

/**
 * Note, in the handlers' own transaction, how far they have come with each subject, and wake those that wait for it: the last of
 * the statements tells by its row count whether there were any. None where nothing is ordered.
 */
export function advanceStatements(finished: readonly Delivery[]): readonly NamedStatement[] {
  const lines = linesOf(finished);
  if (lines.length === 0) return [];
  const rows = lines.map((line) => [
    line[0].handler.id,
    line[0].event.subject,
    (line.at(-1) as Delivery).event.position,
  ]);
  const values = columnParameters(['text', 'text', 'bigint'], rows);
  return [
    { ...ADVANCE, values },
    { ...WAKE, values: values.slice(0, 2) },
  ];
}

/** Writes, in one transaction, that an effect has finished, and how far its handler has come with the subject. @returns whether it has woken any. */
export async function advanceAfter(
  database: Database,
  delivery: Delivery,
  finish: (client: pg.ClientBase) => Promise<boolean>,
): Promise<boolean> {
  return locked(database, delivery, async (client) => {
    if (!(await finish(client))) return false;
    let woken = 0;
    for (const statement of advanceStatements([delivery]))
      woken = (await queryByIndex(client, statement)).rowCount ?? 0;
    return woken > 0;
  });
}

/**
 * Wakes those that wait for a delivery that has become a dead letter: it does not block. Without it they wait for their time.
 *
 * @returns whether there were any.
 */
export async function passOver(database: Database, dead: Delivery): Promise<boolean> {
  if (!isOrdered(dead)) return false;
  return locked(database, dead, async (client) => {
    const { rowCount } = await client.query({ ...WAKE, values: [[dead.handler.id], [dead.event.subject]] });
    return Boolean(rowCount);
  });
}

/**
 * Lets a delivery wait for the earlier events of its subject, unless they have ended meanwhile.
 *
 * @returns whether it waits.
 */
export async function waitForTurn(database: Database, delivery: Delivery): Promise<boolean> {
  return locked(database, delivery, async (client) => {
    if ((await findBlocked(client, [delivery])).length === 0) return false;
    const { event, handler, run } = delivery;
    await client.query({
      name: 'progress-wait',
      text: `insert into event_schedule (key, kind, due_at, event_id, handler, run, subject, position, reason)
             values ($1, 'parked', now() + least(greatest(now() - $2::timestamptz, ${WAIT.least}), ${WAIT.most}), $3, $4, $5, $6, $7, 'waits for an earlier event of its subject')
             on conflict (key) do nothing`,
      values: [
        scheduleKey({ eventId: event.eventId, handler: handler.id, run }),
        event.occurredAt,
        event.eventId,
        handler.id,
        run,
        event.subject,
        event.position,
      ],
    });
    return true;
  });
}

/** Runs `fn` while nobody else moves the progress of the delivery's subject, or begins to wait for it. */
async function locked<T>(
  database: Database,
  delivery: Delivery,
  fn: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(
      `begin; set local lock_timeout = 5000; set local idle_in_transaction_session_timeout = 10000; ${PLAN_BY_INDEX.text}`,
    );
    await client.query({
      name: 'progress-lock',
      text: `insert into event_progress as progress (handler, subject, position) values ($1, $2, 0)
             on conflict (handler, subject) do update set position = progress.position`,
      values: [delivery.handler.id, delivery.event.subject],
    });
    const result = await fn(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((lost: Error) => {
      broken = lost;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
