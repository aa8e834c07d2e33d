import { PAYLOAD_BYTES } from '@skelly/types/event';
import { SETTINGS } from '@skelly/types/setting';
import { flag, integer } from './kinds';

/** How events are emitted, carried and tried again. */
export const eventEnv = {
  EVENT_SYSTEM_ENABLED: flag({ default: true, description: 'false: events commit, relay and workers idle' }),
  EVENT_OUTBOX_POLLING_INTERVAL: integer(SETTINGS['outbox.pollingIntervalMs']),
  EVENT_QUEUE_MAX_DEPTH: integer(SETTINGS['queue.maxDepth']),
  EVENT_RECONCILE_GRACE: integer({
    min: 5,
    // Queue marks are kept for an hour.
    max: 3_500,
    default: 15,
    description:
      'seconds for which a queue must have held nothing, or later events only, before what is unfinished is sent again',
  }),
  EVENT_DEFAULT_MAX_RETRIES: integer(SETTINGS['retry.maxAttempts']),
  EVENT_DEFAULT_BACKOFF_MS: integer(SETTINGS['retry.backoffMs']),
  EVENT_EXPONENTIAL_BACKOFF: flag(SETTINGS['retry.exponentialBackoff']),
  EVENT_BACKOFF_JITTER: flag(SETTINGS['retry.jitter']),
  EVENT_DEFAULT_TIMEOUT: integer(SETTINGS['handler.timeoutMs']),
  EVENT_CIRCUIT_BREAKER_THRESHOLD: integer(SETTINGS['breaker.threshold']),
  EVENT_CIRCUIT_BREAKER_TIME_WINDOW: integer(SETTINGS['breaker.windowMs']),
  EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT: integer(SETTINGS['breaker.recoveryMs']),
  EVENT_MAX_PAYLOAD_SIZE: integer({
    ...PAYLOAD_BYTES,
    description: 'bytes of an event’s data at most',
  }),
  EVENT_HISTORY_ENABLED: flag({
    default: true,
    description: 'false: an event leaves the history once all its handlers have finished',
  }),
  EVENT_IMMEDIATE_PROCESSING: flag({
    default: false,
    description: 'true: handlers of the process that emits run right after its commit; the queue is the safety net',
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
