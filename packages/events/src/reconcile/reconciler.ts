import type { Database } from '@skelly/db';
import type { Log } from '../log';
import type { QueueTransport } from '../transport/transport';
import { createEmptiness } from './emptiness';
import { ADVANCE, JUDGE, JUDGE_RUNS, READ_OVERTAKEN } from './statements';

/** Finds deliveries that were lost on their way, and points to them again. */
export interface Reconciler {
  /**
   * Looks at every routed queue once. Several relays may do so.
   *
   * @returns how many deliveries were lost and are due again, by queue.
   */
  scan(): Promise<ReadonlyMap<string, number>>;
  /** Deliveries found lost since the start. */
  readonly lost: number;
}

export interface ReconcilerDependencies {
  readonly log: Log;
  readonly database: Database;
  readonly transport: QueueTransport;
  readonly now: () => Date;
}

export interface ReconcilerOptions {
  /** Seconds for which a queue must have been empty, or have delivered only what was sent later. */
  readonly graceSeconds: number;
  /** Seconds for which a message of a dead worker is hidden, and may be overtaken without being lost. */
  readonly visibilityTimeout: number;
}

/** Events of a route that one statement goes through, and statements of a scan; what is left is for the next. */
const ADVANCE_LIMIT = 5_000;
const ADVANCES = 20;
/** Stragglers that one statement looks at. */
const JUDGE_LIMIT = 1_000;
const JUDGES = 20;

/**
 * An event is lost for a handler when its queue cannot hold it any more: it has been empty for a grace period, or everything
 * that it delivered for that long was sent later, while the handler has neither finished it, nor runs it, nor lets it wait,
 * nor gave it up. It is sent again to that handler; if it was not lost after all, the inbox makes it a duplicate. A backlog
 * is not a loss: it is delivered before what was sent later. What replays have sent is watched in the same way, each in its run.
 */
export function createReconciler(deps: ReconcilerDependencies, options: ReconcilerOptions): Reconciler {
  const { graceSeconds, visibilityTimeout } = options;
  const emptiness = createEmptiness(graceSeconds * 1_000);
  const { pool } = deps.database;
  let lost = 0;

  async function isEmpty(queue: string): Promise<boolean | undefined> {
    try {
      const { visible, inFlight, delayed } = await deps.transport.depth(queue);
      return visible + inFlight + delayed === 0;
    } catch (error) {
      deps.log.warn({ err: error, queue }, 'a queue does not tell its depth; it is reconciled when it does');
      return undefined;
    }
  }

  /** Up to which position everything that was sent to each queue has left it. */
  async function readBounds(): Promise<readonly Bound[]> {
    const { rows } = await pool.query<{ queue: string; lowWater: number }>({
      name: 'reconcile-queues',
      text: `select distinct queue, (select low_water from event_low_water) as "lowWater" from event_route where retired_at is null`,
    });
    const overtaken = await pool.query<{ queue: string; position: number }>({
      ...READ_OVERTAKEN,
      values: [rows.map(({ queue }) => queue), graceSeconds + visibilityTimeout],
    });
    return Promise.all(
      rows.map(async ({ queue, lowWater }) => {
        const emptied = emptiness.looked(queue, { empty: await isEmpty(queue), lowWater, now: deps.now().getTime() });
        return { queue, emptied, overtaken: overtaken.rows.find((row) => row.queue === queue)?.position ?? 0 };
      }),
    );
  }

  async function advance({ queue, emptied, overtaken }: Bound): Promise<void> {
    for (let turn = 0; turn < ADVANCES; turn += 1) {
      const values = [queue, Math.max(emptied, overtaken), ADVANCE_LIMIT];
      const { rows } = await pool.query<{ most: number }>({ ...ADVANCE, values });
      if (rows[0]?.most !== ADVANCE_LIMIT) return;
    }
  }

  async function judge(statement: typeof JUDGE, bounds: readonly Bound[], found: Map<string, number>): Promise<void> {
    const values = [
      JUDGE_LIMIT,
      bounds.map(({ queue }) => queue),
      bounds.map(({ overtaken }) => overtaken),
      bounds.map(({ emptied }) => emptied),
      graceSeconds,
      graceSeconds / 3,
    ];
    for (let turn = 0; turn < JUDGES; turn += 1) {
      const { rows } = await pool.query<{ queue: string; lost: number; looked: number }>({ ...statement, values });
      for (const row of rows) if (row.lost > 0) found.set(row.queue, (found.get(row.queue) ?? 0) + row.lost);
      if (rows.reduce((looked, row) => looked + row.looked, 0) < JUDGE_LIMIT) return;
    }
  }

  return {
    get lost() {
      return lost;
    },
    async scan() {
      const bounds = await readBounds();
      const found = new Map<string, number>();
      for (const bound of bounds) if (bound.emptied + bound.overtaken > 0) await advance(bound);
      for (const statement of [JUDGE, JUDGE_RUNS]) await judge(statement, bounds, found);
      for (const count of found.values()) lost += count;
      return found;
    },
  };
}

interface Bound {
  readonly queue: string;
  /** Everything up to this position had been sent when the queue began to be empty; 0 when it is not. */
  readonly emptied: number;
  /** Everything up to this position was sent before what the queue delivers; 0 when that is not known. */
  readonly overtaken: number;
}
