import type { ClientInput, EventContract } from '@skelly/types/event';
import { backoff } from '../backoff';
import { onPageEnd, reportGlobally, sendBeaconOfPage, systemTimers, type Timers } from '../environment';
import { newIdempotencyKey } from '../idempotency-key';
import { type EmitRefused, type Fetch, type OutgoingEvent, postEvents } from '../post-events';

/** Bounds of the batches. Times in milliseconds. */
const BOUNDS = {
  /** Events that wait at most; the oldest makes room. */
  WAITING: 200,
  /** Events of one request at most, below what the server takes. */
  BATCH: 25,
  /** Characters of one request at most: browsers let all beacons of a page carry 64 KiB together. */
  BATCH_CHARS: 16_000,
  /** From the first event to the request that brings it, unless a batch is full before. */
  LINGER: 5_000,
  ANSWER: 10_000,
} as const;

export interface EventBatcherOptions {
  /** @defaultValue `/api/events` */
  readonly url?: string;
  /** @defaultValue the global fetch */
  readonly fetch?: Fetch;
  /** Hands a text over to be sent even when the page is gone; false when the browser does not take it. @defaultValue navigator.sendBeacon */
  readonly sendBeacon?: (url: string, body: string) => boolean;
  /** Calls its listener when the page may be about to end; returns the way out. @defaultValue pagehide, and becoming hidden */
  readonly onPageEnd?: (listener: () => void) => () => void;
  readonly timers?: Timers;
  /** Milliseconds since 1970. @defaultValue Date.now */
  readonly now?: () => number;
  /** From 0 up to 1. @defaultValue Math.random */
  readonly random?: () => number;
  /** Told of events that the server refused for good; they are gone. @defaultValue the global reportError, where there is one */
  readonly onError?: (error: unknown) => void;
}

/** Collects events that nobody waits for, and sends them together. */
export interface EventBatcher {
  /** Never throws, never waits. The event's time is now. */
  add<Contract extends EventContract>(contract: Contract, data: ClientInput<Contract>): void;
  add(type: string, data: object): void;
  /** Listens for the page's end. @returns the way out, which sends what waits as if it had come */
  start(): () => void;
}

/**
 * A batcher for events such as page views. An event is sent until the server has taken or refused it, and when the page
 * ends it is handed to the browser; its key lets the server write it once however often it came.
 */
export function createEventBatcher(options: EventBatcherOptions = {}): EventBatcher {
  const { url = '/api/events', timers = systemTimers, now = Date.now, random = Math.random } = options;
  const { onError = reportGlobally, sendBeacon = sendBeaconOfPage } = options;
  const fetch: Fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
  /** In order; those that are under way stay in front until they are answered. */
  let events: OutgoingEvent[] = [];
  let isSending = false;
  let failures = 0;
  let timer: unknown;

  /** As many from the front as go together. */
  function nextBatch(from: readonly OutgoingEvent[]): readonly OutgoingEvent[] {
    let chars = 0;
    const end = from.findIndex((event, index) => {
      chars += JSON.stringify(event).length;
      return index === BOUNDS.BATCH || (index > 0 && chars > BOUNDS.BATCH_CHARS);
    });
    return end < 0 ? from : from.slice(0, end);
  }

  function remove(gone: readonly OutgoingEvent[]): void {
    const set = new Set(gone);
    events = events.filter((event) => !set.has(event));
  }

  function sendIn(ms: number): void {
    timers.clearTimeout(timer);
    timer = timers.setTimeout(() => {
      timer = undefined;
      void send();
    }, ms);
  }

  const linger = () => (events.length >= BOUNDS.BATCH ? 0 : BOUNDS.LINGER);

  async function send(): Promise<void> {
    isSending = true;
    const batch = nextBatch(events);
    let waitMs: number | undefined;
    try {
      await postEvents({ url, fetch, timeoutMs: BOUNDS.ANSWER }, batch);
      failures = 0;
      remove(batch);
    } catch (error) {
      waitMs = refused(error as EmitRefused, batch);
    }
    isSending = false;
    if (events.length > 0) sendIn(waitMs ?? linger());
  }

  /** @returns milliseconds until the rest is sent. */
  function refused(error: EmitRefused, batch: readonly OutgoingEvent[]): number {
    if (error.temporary) {
      failures += 1;
      return error.retryAfterMs ?? backoff(failures, random);
    }
    onError(error);
    // The server wrote none, and named those at fault: the others go again without them.
    const atFault = batch.filter((_event, place) => error.refused.has(place));
    remove(atFault.length > 0 ? atFault : batch);
    return 0;
  }

  /** Hands everything to the browser, also what is under way: it may be cut off, and its keys are the same. */
  function handOver(): void {
    while (events.length > 0) {
      const batch = nextBatch(events);
      const body = JSON.stringify({ events: batch });
      if (!sendBeacon(url, body)) {
        const headers = { 'content-type': 'application/json' };
        fetch(url, { method: 'POST', headers, body, keepalive: true }).catch(() => undefined);
      }
      remove(batch);
    }
    timers.clearTimeout(timer);
    timer = undefined;
    failures = 0;
  }

  return {
    add(target: string | EventContract, data: object) {
      const type = typeof target === 'string' ? target : target.type;
      events.push({ type, data, idempotencyKey: newIdempotencyKey(), occurredAt: new Date(now()).toISOString() });
      if (events.length > BOUNDS.WAITING) events.shift();
      const isDue = failures === 0 && events.length === BOUNDS.BATCH;
      if (!isSending && (timer === undefined || isDue)) sendIn(linger());
    },
    start() {
      const stop = (options.onPageEnd ?? onPageEnd)(handOver);
      return () => {
        stop();
        handOver();
      };
    },
  };
}
