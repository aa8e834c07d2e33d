import type { Database } from '@skelly/db';
import type { Log } from '../log';
import type { QueueTransport } from '../transport/transport';

/** Events older than this are left alone: the horizon of one scan, in days. */
const HORIZON_DAYS = 7;
/** Pointers written by one scan at most; the next scan goes on. */
const FIND_LIMIT = 1_000;

// An event is lost for a handler when nothing of it is finished, running, waiting, due or dead. The lock keeps several
// relays from writing the same pointers.
const FIND_LOST = `
  with guard as (select pg_try_advisory_xact_lock(hashtext('skelly reconcile ' || $1)) as mine),
  lost as (
    select history.event_id, route.handler
    from event_route as route
    join event_history as history on history.type = route.type and history.position > route.since_position
    where (select mine from guard)
      and route.queue = $1 and route.retired_at is null
      and history.event_id >= uuid_floor(now() - interval '${HORIZON_DAYS} days')
      and history.event_id < uuid_floor(now() - make_interval(secs => $2))
      and not exists (select from event_processing_log as done where done.event_id = history.event_id and done.handler = route.handler
        and (done.status = 'finished' or done.lease_until > now()))
      and not exists (select from event_schedule as waiting where waiting.event_id = history.event_id and waiting.handler = route.handler)
      and not exists (select from event_outbox as due where due.event_id = history.event_id
        and (due.handler is null or due.handler = route.handler) and (due.queue is null or due.queue = route.queue))
      and not exists (select from event_dead_letter as dead where dead.event_id = history.event_id and dead.handler = route.handler)
    order by history.position
    limit ${FIND_LIMIT}
  )
  insert into event_outbox (event_id, handler) select event_id, handler from lost`;

/** Finds events that a queue has lost, and points to them again. */
export interface Reconciler {
  /**
   * Looks at every routed queue once.
   *
   * @returns how many deliveries were lost and are due again, by queue.
   */
  scan(): Promise<ReadonlyMap<string, number>>;
}

/**
 * An empty queue cannot hold what is unfinished: when it has been empty at every look for `graceSeconds`, each event older
 * than that which some routed handler has not finished was lost on its way (a purged queue, a server that forgot). It is sent again
 * to that handler; if it was not lost after all, the inbox makes it a duplicate. A queue with a backlog is left alone.
 */
export function createReconciler(deps: {
  log: Log;
  database: Database;
  transport: QueueTransport;
  now: () => Date;
  graceSeconds: number;
}): Reconciler {
  const emptySince = new Map<string, number>();

  async function hasBeenEmpty(queue: string): Promise<boolean> {
    const depth = await deps.transport.depth(queue).catch((error) => {
      deps.log.warn({ err: error, queue }, 'a queue does not tell its depth; it is reconciled when it does');
      return undefined;
    });
    if (!depth) return false;
    const { visible, inFlight, delayed } = depth;
    const now = deps.now().getTime();
    if (visible + inFlight + delayed > 0) {
      emptySince.delete(queue);
      return false;
    }
    const since = emptySince.get(queue) ?? now;
    emptySince.set(queue, since);
    return now - since >= deps.graceSeconds * 1_000;
  }

  return {
    async scan() {
      const found = new Map<string, number>();
      const { rows } = await deps.database.pool.query<{ queue: string }>(
        'select distinct queue from event_route where retired_at is null',
      );
      for (const { queue } of rows) {
        if (!(await hasBeenEmpty(queue))) continue;
        const { rowCount } = await deps.database.pool.query({
          name: 'reconcile',
          text: FIND_LOST,
          values: [queue, deps.graceSeconds],
        });
        if (rowCount) found.set(queue, rowCount);
      }
      return found;
    },
  };
}
