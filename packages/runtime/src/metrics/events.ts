import { Gauge } from 'prom-client';
import { countBy, countByAll, timeBy } from './labelled';
import type { Metrics } from './metrics';

// Observers of the backbone (`EmitObserver`, `RelayObserver`, `WorkerObserver` of packages/events) that count. This package does not
// know that one, so they have its forms without its names. Labels are event types, handlers and queues, which are declared in code.

/** Counts what a process emits. */
export function countEmits(metrics: Metrics) {
  const named = {
    name: 'skelly_events_emitted_total',
    help: 'Events that committed, by type.',
    labels: ['type'],
  } as const;
  return { emitted: countBy(metrics, named) };
}

/** Counts what a relay does. */
export function countRelay(metrics: Metrics) {
  return {
    ...countEmits(metrics),
    relayed: countBy(metrics, {
      name: 'skelly_messages_relayed_total',
      help: 'Messages that SQS took, by queue.',
      labels: ['queue'],
    }),
    refused: countBy(metrics, {
      name: 'skelly_messages_refused_total',
      help: 'Messages that SQS did not take, by queue; they wait.',
      labels: ['queue'],
    }),
    lost: countBy(metrics, {
      name: 'skelly_deliveries_lost_total',
      help: 'Deliveries that were found lost and are sent again, by queue.',
      labels: ['queue'],
    }),
    gaveUp: countBy(metrics, {
      name: 'skelly_messages_given_up_total',
      help: 'Messages that SQS moved to a dead-letter queue as their workers died, by queue.',
      labels: ['queue'],
    }),
  };
}

/** Upper bounds in seconds: from a handler that does one statement to the default timeout. */
const HANDLER_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const BREAKER_VALUES = { closed: 0, 'half-open': 1, open: 2 } as const;
/** How a delivery ended, in the words of the metric. */
const OUTCOMES = {
  finished: 'handled',
  duplicate: 'duplicate',
  retrying: 'retried',
  parked: 'parked',
  dead: 'dead',
} as const;
/** The backbone's word for a handler that a worker does not know. */
const NO_HANDLER = 'none';

/**
 * Counts what a worker does.
 *
 * @param handlers their ids: each shows its counters as 0 and its breaker as closed from the start. @param queues shown as 0 likewise
 */
export function countWorker(metrics: Metrics, handlers: readonly string[], queues: readonly string[] = []) {
  const breakers = new Gauge({
    name: 'skelly_handler_breaker_state',
    help: 'Circuit breaker of a handler in this process: 0 closed, 1 half open, 2 open.',
    labelNames: ['handler'],
    registers: [metrics.registry],
  });
  for (const handler of handlers) breakers.set({ handler }, BREAKER_VALUES.closed);
  const outcomes = Object.values(OUTCOMES);
  const ended = countByAll(
    metrics,
    {
      name: 'skelly_deliveries_total',
      help: 'Deliveries that ended, by handler and outcome: handled, duplicate, retried, parked or dead.',
      labels: ['handler', 'outcome'],
    },
    [
      ...handlers.flatMap((handler) => outcomes.map((outcome) => [handler, outcome] as const)),
      [NO_HANDLER, OUTCOMES.dead],
    ],
  );
  const called = timeBy(metrics, {
    name: 'skelly_handler_duration_seconds',
    help: 'Calls of handlers in seconds, one for an event or a batch, by handler and outcome: ok or error.',
    buckets: HANDLER_SECONDS,
    labels: ['handler', 'outcome'],
  });
  return {
    ...countEmits(metrics),
    received: countBy(
      metrics,
      {
        name: 'skelly_messages_received_total',
        help: 'Messages that queues delivered, by queue.',
        labels: ['queue'],
      },
      queues,
    ),
    called: (handler: string, ms: number, outcome: 'ok' | 'error') => called(ms / 1_000, handler, outcome),
    failed: countBy(
      metrics,
      {
        name: 'skelly_handler_failures_total',
        help: 'Tries that failed and were charged, by handler.',
        labels: ['handler'],
      },
      handlers,
    ),
    ended: (handler: string, outcome: keyof typeof OUTCOMES) => ended(handler, OUTCOMES[outcome]),
    breaker: (handler: string, state: keyof typeof BREAKER_VALUES) => breakers.set({ handler }, BREAKER_VALUES[state]),
  };
}
