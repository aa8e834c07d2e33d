import { flag, integer } from './kinds';

/** How events are emitted, carried and tried again. */
export const eventEnv = {
  EVENT_SYSTEM_ENABLED: flag({ default: true, description: 'false: events commit, relay and workers idle' }),
  EVENT_OUTBOX_POLLING_INTERVAL: integer({
    min: 10,
    max: 600_000,
    default: 5_000,
    description: 'milliseconds between looks at the outbox when no hint comes',
  }),
  EVENT_QUEUE_MAX_DEPTH: integer({
    min: 1,
    max: 100_000_000,
    default: 50_000,
    description: 'messages that a queue may hold before the outbox keeps the rest',
  }),
  EVENT_RECONCILE_GRACE: integer({
    min: 5,
    // Queue marks are kept for an hour.
    max: 3_500,
    default: 15,
    description:
      'seconds for which a queue must have held nothing, or later events only, before what is unfinished is sent again',
  }),
  EVENT_DEFAULT_MAX_RETRIES: integer({
    min: 1,
    max: 100,
    default: 3,
    description: 'tries of a handler in all, the first included',
  }),
  EVENT_DEFAULT_BACKOFF_MS: integer({
    min: 0,
    max: 3_600_000,
    default: 1_000,
    description: 'milliseconds before the second try',
  }),
  EVENT_EXPONENTIAL_BACKOFF: flag({ default: true, description: 'whether each pause is twice the one before' }),
  EVENT_BACKOFF_JITTER: flag({ default: true, description: 'whether a pause is drawn evenly from 0 to its length' }),
  EVENT_DEFAULT_TIMEOUT: integer({
    min: 10,
    max: 43_200_000,
    default: 30_000,
    description: 'milliseconds that a handler may take',
  }),
  EVENT_CIRCUIT_BREAKER_THRESHOLD: integer({
    min: 1,
    max: 100_000,
    default: 5,
    description: 'failures of a handler, and no fewer than its successes, that open its circuit breaker',
  }),
  EVENT_CIRCUIT_BREAKER_TIME_WINDOW: integer({
    min: 1_000,
    max: 86_400_000,
    default: 60_000,
    description: 'milliseconds within which those failures have to come',
  }),
  EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT: integer({
    min: 100,
    max: 3_600_000,
    default: 30_000,
    description: 'milliseconds until an open circuit breaker lets one event through',
  }),
  EVENT_MAX_PAYLOAD_SIZE: integer({
    min: 1_024,
    max: 1_048_576,
    default: 1_048_576,
    description: 'bytes of an event’s data at most',
  }),
};

/** How long what events leave behind is kept. */
export const retentionEnv = {
  EVENT_HISTORY_RETENTION_DAYS: integer({
    // The reconciler looks back 7 days, and SQS may keep a message for 14 in a queue and 14 in its dead-letter queue.
    min: 30,
    max: 36_500,
    default: 400,
    description: 'days that events are kept',
  }),
  EVENT_PROCESSING_LOG_RETENTION_DAYS: integer({
    min: 30,
    max: 36_500,
    default: 90,
    description: 'days that it is known which handler has done what, and how it failed',
  }),
  EVENT_PUSH_RETENTION_DAYS: integer({
    min: 1,
    max: 365,
    default: 7,
    description: 'days that a browser may have been away and still continue its streams',
  }),
};
