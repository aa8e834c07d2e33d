import { setTimeout as pause } from 'node:timers/promises';
import { connectionConfig } from '@skelly/db';
import pg from 'pg';
import { arrayParameter } from '../unit-of-work/array-parameter';
import { createWaitingFrames, MAX_NOTIFY_BYTES, type PushFrame } from './frames';
import { createRedisPublisher } from './redis/publisher';

/** The Postgres channels that wake other processes. Losing a hint costs a fallback poll, never a message. */
export const HINT_CHANNELS = {
  outbox: 'skelly_outbox',
  log: 'skelly_log',
  push: 'skelly_push',
  schedule: 'skelly_schedule',
  reply: 'skelly_reply',
} as const;

/** What a commit made known. */
export interface Committed {
  /** The highest position of its events, if it wrote any. */
  readonly position?: number | undefined;
  /** Its events, if it wrote any. */
  readonly events?: readonly { readonly eventId: string; readonly type: string }[] | undefined;
  /** Milliseconds until the nearest of its timers, if it set any. */
  readonly dueInMs?: number | undefined;
  readonly frames: readonly PushFrame[];
  /** Whether it wrote pointers to the outbox for events of before. */
  readonly pointed?: boolean;
  /** Questions that it has answered. */
  readonly answered?: readonly string[];
}

/** A process' one sender of hints. */
export interface Notifier {
  /** Called after a commit. Never throws, never waits. */
  committed(what: Committed): void;
  close(): Promise<void>;
}

/**
 * From so many commits a second on hints pause, so that each tells of more commits: a hint costs the database as much as a small
 * transaction. Below it a pause would only keep what is known already.
 */
const BUSY_PER_SECOND = 600;
const BUSY_PAUSE_MS = 5;

/** Frames of one statement: Postgres takes a few payloads at a time quickly, and hundreds of them more slowly than they can be read. */
const FRAMES_AT_ONCE = 500;

/** Ids of one payload. */
const IDS_AT_ONCE = 200;

/** Relays look at the schedule more often than this, in milliseconds; a timer that is due sooner needs a hint to be in time. */
const NEAR_MS = 200;

/**
 * Sends hints on a connection of its own, with `synchronous_commit` off and one statement in flight at most: what comes
 * meanwhile goes with the next, which above 600 commits a second waits 5 ms for more. NOTIFY inside the writing transactions would serialise all their commits.
 * Hints of pushes go by Redis instead where there is one; gateways must then listen there.
 */
export function createNotifier(options: {
  url: string;
  redisUrl?: string | undefined;
  applicationName: string;
  /** Told of hints that were not sent. Its errors name no credentials. */
  onError: (error: Error) => void;
}): Notifier {
  const { redisUrl } = options;
  const pushes = redisUrl === undefined ? undefined : createRedisPublisher({ ...options, url: redisUrl });
  const frames = createWaitingFrames({ bytes: MAX_NOTIFY_BYTES, frames: FRAMES_AT_ONCE });
  let position = 0;
  let outbox = false;
  let schedule = false;
  const answered: string[] = [];
  let client: pg.Client | undefined;
  let sending: Promise<void> | undefined;
  /** Commits that no hint has told of, and since when they are counted, by a clock that nobody sets. */
  let untold = 0;
  let countedFrom = performance.now();
  let closed = false;

  async function connect(): Promise<pg.Client> {
    const fresh = new pg.Client({
      ...connectionConfig(options),
      options: '-c synchronous_commit=off',
      query_timeout: 5_000,
    });
    fresh.on('error', (error) => {
      if (client === fresh) client = undefined;
      options.onError(error);
    });
    await fresh.connect();
    return fresh;
  }

  function take(): { channels: string[]; payloads: string[] } {
    const hints: [string, string][] = [];
    if (outbox) hints.push([HINT_CHANNELS.outbox, '']);
    if (schedule) hints.push([HINT_CHANNELS.schedule, '']);
    if (position > 0) hints.push([HINT_CHANNELS.log, JSON.stringify({ upTo: position })]);
    for (const ids = answered.splice(0); ids.length > 0; )
      hints.push([HINT_CHANNELS.reply, ids.splice(0, IDS_AT_ONCE).join(',')]);
    for (const payload of frames.take()) hints.push([HINT_CHANNELS.push, payload]);
    position = 0;
    outbox = false;
    schedule = false;
    return { channels: hints.map(([channel]) => channel), payloads: hints.map(([, payload]) => payload) };
  }

  /** A single commit says nothing of a rate. */
  function isBusy(): boolean {
    return untold > 1 && (untold * 1_000) / (performance.now() - countedFrom) > BUSY_PER_SECOND;
  }

  async function drain(): Promise<void> {
    while (outbox || schedule || position > 0 || answered.length > 0 || !frames.isEmpty) {
      if (isBusy()) await pause(BUSY_PAUSE_MS);
      untold = 0;
      countedFrom = performance.now();
      const { channels, payloads } = take();
      try {
        client ??= await connect();
        await client.query({
          name: 'hint',
          text: 'select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as hint (channel, payload)',
          values: [arrayParameter('text', channels), arrayParameter('text', payloads)],
        });
      } catch (error) {
        options.onError(error as Error);
        void client?.end().catch(() => undefined);
        client = undefined;
        return;
      }
    }
  }

  function startDrain(): void {
    if (closed || sending) return;
    sending = drain().finally(() => {
      sending = undefined;
    });
  }

  return {
    committed(what) {
      untold += 1;
      outbox ||= what.pointed === true;
      if (what.position !== undefined) {
        outbox = true;
        position = Math.max(position, what.position);
      }
      if (what.dueInMs !== undefined && what.dueInMs < NEAR_MS) schedule = true;
      if (what.answered) answered.push(...what.answered);
      (pushes ? pushes.publish : frames.add)(what.frames);
      startDrain();
    },
    async close() {
      await Promise.all([sending, pushes?.close()]);
      closed = true;
      await client?.end();
    },
  };
}
