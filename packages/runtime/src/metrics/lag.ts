import { Gauge } from 'prom-client';
import { within } from '../within';
import type { Metrics } from './metrics';

/** How far the backbone is behind. Ages in seconds, 0 where nothing waits. */
export interface Lag {
  readonly outbox: { readonly ageSeconds: number; readonly pending: number };
  readonly schedule: { readonly ageSeconds: number; readonly due: number };
  readonly deadLetters: number;
  readonly queues: readonly {
    readonly queue: string;
    readonly ageSeconds: number;
    /** Null when SQS does not say. */
    readonly depth: { readonly visible: number; readonly inFlight: number; readonly delayed: number } | null;
  }[];
}

/** Milliseconds for which a reading serves further scrapes. */
const FRESH_MS = 5_000;
/** Milliseconds that a reading may take; Prometheus gives a scrape ten seconds. */
const READ_WITHIN_MS = 4_000;

/**
 * Tells of the lag at each scrape, from a reading that is five seconds old at most. While it cannot be read there is none: its series
 * end, and `skelly_lag_readable` is 0.
 */
export function measureLag(metrics: Metrics, options: { read: () => Promise<Lag>; now: () => number }): void {
  let reading: Promise<Lag | undefined> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  function latest(): Promise<Lag | undefined> {
    if (!reading || options.now() - readAt >= FRESH_MS) {
      readAt = options.now();
      reading = within(READ_WITHIN_MS, options.read()).catch(() => undefined);
    }
    return reading;
  }
  const gauge = (name: string, help: string, labelNames: string[], show: (gauge: Gauge, lag: Lag) => void) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [metrics.registry],
      async collect() {
        const lag = await latest();
        this.reset();
        if (lag) show(this, lag);
        else if (labelNames.length === 0) this.remove();
      },
    });

  new Gauge({
    name: 'skelly_lag_readable',
    help: '1 when the lag could be read; its series are missing otherwise.',
    registers: [metrics.registry],
    async collect() {
      this.set((await latest()) ? 1 : 0);
    },
  });
  gauge('skelly_outbox_lag_seconds', 'Age of the oldest event in the outbox.', [], (to, { outbox }) =>
    to.set(outbox.ageSeconds),
  );
  gauge('skelly_outbox_pending', 'Events in the outbox, 10,000 at most.', [], (to, { outbox }) =>
    to.set(outbox.pending),
  );
  gauge('skelly_schedule_lag_seconds', 'How late the oldest is of what is due.', [], (to, { schedule }) =>
    to.set(schedule.ageSeconds),
  );
  gauge('skelly_schedule_due', 'Entries of the schedule that are due, 10,000 at most.', [], (to, { schedule }) =>
    to.set(schedule.due),
  );
  gauge('skelly_dead_letters_open', 'Dead letters that nobody has resolved, 20,000 at most.', [], (to, lag) =>
    to.set(lag.deadLetters),
  );
  gauge(
    'skelly_queue_lag_seconds',
    'How long messages wait for a worker, or for how long none has taken any, by queue.',
    ['queue'],
    (to, lag) => {
      for (const { queue, ageSeconds } of lag.queues) to.set({ queue }, ageSeconds);
    },
  );
  gauge(
    'skelly_queue_messages',
    'Messages of a queue, as SQS counts: visible, in_flight or delayed.',
    ['queue', 'state'],
    (to, lag) => {
      for (const { queue, depth } of lag.queues) {
        if (!depth) continue;
        to.set({ queue, state: 'visible' }, depth.visible);
        to.set({ queue, state: 'in_flight' }, depth.inFlight);
        to.set({ queue, state: 'delayed' }, depth.delayed);
      }
    },
  );
}
