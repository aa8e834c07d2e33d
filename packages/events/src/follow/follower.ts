import {
  openPositionReader,
  type Positioned,
  type PositionedTable,
  type PositionReader,
  type Queryable,
} from './position-reader';

export interface FollowerDependencies<Row extends Positioned> {
  readonly db: Queryable;
  readonly source: PositionedTable;
  /** Milliseconds between reads when nobody wakes it: what a lost hint costs at most. @defaultValue 500 */
  readonly intervalMs?: number;
  /** Milliseconds until the next read when a gap has opened; doubled, up to the interval, while it stays. @defaultValue 25 */
  readonly gapIntervalMs?: number;
  /** Takes rows as they become visible, ascending within a call; `settled` as after them. Called after every read, also an empty one. */
  readonly onRead: (rows: readonly Row[], state: { readonly settled: number; readonly ceiling: number }) => void;
  /** Told once when reads begin to fail; they go on being tried every interval. */
  readonly onError: (error: unknown) => void;
}

export interface Follower {
  /** State after the last read; undefined until the first one succeeded. */
  readonly state: { readonly settled: number; readonly ceiling: number } | undefined;
  /** Whether the last read succeeded. */
  readonly healthy: boolean;
  /** Reads soon: at once when idle, else when the running read is done. */
  wake(): void;
  /** Resolves after a read that began after this call. @throws what the read threw */
  sync(): Promise<void>;
  /** Forgets where it is and starts at the end again; for a database that was restored. */
  restart(): void;
  /** Ends; resolves when no read runs. */
  close(): Promise<void>;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** A read under way, and those who asked before it began. */
interface Begun<Row extends Positioned> {
  readonly read: ReturnType<PositionReader<Row>['read']>;
  readonly served: readonly Waiter[];
}

/**
 * Follows a table by position on a timer, woken early by hints. One read at a time, so what `onRead` is told is in the
 * order in which it became visible.
 */
export function createFollower<Row extends Positioned>(deps: FollowerDependencies<Row>): Follower {
  const intervalMs = deps.intervalMs ?? 500;
  const gapIntervalMs = deps.gapIntervalMs ?? 25;
  let reader: PositionReader<Row> | undefined;
  let state: Follower['state'];
  let healthy = false;
  let failing = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let gapReads = 0;
  let waiters: Waiter[] = [];
  /** The next read, begun when the last one was cut: Postgres reads while the rows before are taken. */
  let ahead: Begun<Row> | undefined;

  /** Begins a read, for all who have asked by now. */
  function begin(from: PositionReader<Row>): Begun<Row> {
    const begun = { read: from.read(), served: waiters };
    begun.read.catch(() => undefined);
    again = false;
    waiters = [];
    return begun;
  }

  async function readOnce(): Promise<boolean> {
    const opened = reader ?? (await openPositionReader<Row>(deps.db, deps.source));
    reader = opened;
    const { read, served } = ahead ?? begin(opened);
    ahead = undefined;
    try {
      const { rows, more } = await read;
      if (reader === opened) {
        state = { settled: opened.settled, ceiling: opened.ceiling };
        if (more) ahead = begin(opened);
        deps.onRead(rows, state);
      }
      healthy = true;
      for (const waiter of served) waiter.resolve();
      return more || reader !== opened;
    } catch (error) {
      for (const waiter of served) waiter.reject(error);
      throw error;
    }
  }

  async function run(): Promise<void> {
    let more = true;
    while (more || again) {
      if (closed) return;
      try {
        more = await readOnce();
        healthy = true;
        failing = false;
      } catch (error) {
        healthy = false;
        rejectWaiters(error);
        if (!failing && !closed) deps.onError(error);
        failing = true;
        return;
      }
    }
  }

  function rejectWaiters(error: unknown): void {
    for (const waiter of [...(ahead?.served ?? []), ...waiters]) waiter.reject(error);
    ahead = undefined;
    waiters = [];
  }

  function start(): void {
    if (closed || running) return;
    clearTimeout(timer);
    running = run().finally(() => {
      running = undefined;
      if (closed) return;
      gapReads = healthy && reader && reader.openGaps > 0 ? gapReads + 1 : 0;
      const untilNext = gapReads > 0 ? gapIntervalMs * 2 ** Math.min(gapReads - 1, 20) : intervalMs;
      timer = setTimeout(start, Math.min(intervalMs, untilNext));
    });
  }

  start();
  return {
    get state() {
      return state;
    },
    get healthy() {
      return healthy;
    },
    wake() {
      again = true;
      if (healthy || !failing) start();
    },
    sync() {
      if (closed) return Promise.reject(new Error('The follower is closed.'));
      return new Promise((resolve, reject) => {
        waiters.push({ resolve, reject });
        again = true;
        start();
      });
    },
    restart() {
      reader = undefined;
      waiters = [...(ahead?.served ?? []), ...waiters];
      ahead = undefined;
      state = undefined;
      again = true;
      start();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
      await ahead?.read.catch(() => undefined);
      rejectWaiters(new Error('The follower is closed.'));
    },
  };
}
