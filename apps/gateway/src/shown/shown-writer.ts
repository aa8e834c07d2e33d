import type { Queryable } from '@skelly/events/follow';
import type { Logger } from '@skelly/runtime';

/** A message that was painted in a tab. */
export interface ShownMessage {
  readonly channel: string;
  readonly offset: number;
  readonly userId: string;
  readonly connectionId: string;
  readonly tab: string;
  /** By the gateway's clock, in milliseconds since 1970. */
  readonly shownAt: number;
  /** Milliseconds between its arrival in the tab and that. */
  readonly waitedMs: number;
}

export interface ShownWriterOptions {
  /** Milliseconds that a message waits to be written together with others. */
  readonly shownWriteMs: number;
  /** Messages of one statement. */
  readonly shownPerWrite: number;
  /** Messages that may wait; one more is dropped. */
  readonly shownQueue: number;
}

/** Writes what was shown into `push_seen`, for all connections of the process. */
export interface ShownWriter {
  /** How many were dropped, because too many waited or Postgres did not take them: what was shown is a courtesy, never worth memory. */
  readonly dropped: number;
  add(message: ShownMessage): void;
  /** Writes what waits, in one last statement. */
  close(): Promise<void>;
}

// Only of messages that are kept: an offset that a client made up, or that retention has taken, is none.
const WRITE = `
  insert into push_seen (channel, "offset", user_id, connection_id, tab, shown_at, waited_ms)
  select given.* from unnest($1::text[], $2::int8[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::int4[])
    as given (channel, "offset", user_id, connection_id, tab, shown_at, waited_ms)
   where exists (select from push_message as m where m.channel = given.channel and m."offset" = given."offset")
  on conflict do nothing`;

/** Milliseconds between two lines of the log that say how many were dropped. */
const TELL_MS = 60_000;

export function createShownWriter(
  deps: { readonly db: Queryable; readonly log: Logger; readonly now: () => number },
  options: ShownWriterOptions,
): ShownWriter {
  let waiting: ShownMessage[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let dropped = 0;
  let told = { at: -TELL_MS, dropped: 0 };

  function drop(count: number, error?: unknown): void {
    dropped += count;
    const moment = deps.now();
    if (moment - told.at < TELL_MS) return;
    deps.log.warn({ dropped: dropped - told.dropped, err: error }, 'reports of what was shown were dropped');
    told = { at: moment, dropped };
  }

  function schedule(): void {
    if (!timer && !writing && waiting.length > 0) timer = setTimeout(() => void write(), options.shownWriteMs);
  }

  function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting.slice(0, options.shownPerWrite);
    waiting = waiting.slice(options.shownPerWrite);
    const column = <Key extends keyof ShownMessage>(key: Key) => batch.map((message) => message[key]);
    const shownAt = batch.map((message) => new Date(message.shownAt));
    writing = deps.db
      .query(WRITE, [
        column('channel'),
        column('offset'),
        column('userId'),
        column('connectionId'),
        column('tab'),
        shownAt,
        column('waitedMs'),
      ])
      .then(
        () => undefined,
        (error: unknown) => drop(batch.length, error),
      )
      .then(() => {
        writing = undefined;
        schedule();
      });
    return writing;
  }

  return {
    get dropped() {
      return dropped;
    },
    add(message) {
      if (waiting.length >= options.shownQueue) return drop(1);
      waiting.push(message);
      schedule();
    },
    async close() {
      await writing;
      if (waiting.length > 0) await write();
      clearTimeout(timer);
      if (waiting.length > 0) drop(waiting.length);
      waiting = [];
    },
  };
}
