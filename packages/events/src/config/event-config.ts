import { PAYLOAD_BYTES } from '@skelly/types/event';
import { SETTINGS } from '@skelly/types/setting';
import { z } from 'zod';
import { EventError } from '../errors';
import type { RetryPolicy } from '../handlers/handler';
import type { BreakerPolicy } from '../worker/trouble/breaker-rule';

const whole = ({ min, max }: { readonly min: number; readonly max: number }) => z.number().int().min(min).max(max);

const configSchema = z.strictObject({
  /** false: events commit, and handlers idle. */
  enabled: z.boolean(),
  /** Milliseconds between a relay's looks at the outbox when no hint comes. For information: relays follow their own settings. */
  outboxPollingInterval: whole(SETTINGS['outbox.pollingIntervalMs']),
  /** Tries of a handler in all, the first included. */
  defaultMaxRetries: whole(SETTINGS['retry.maxAttempts']),
  /** Milliseconds before the second try. */
  defaultBackoffMs: whole(SETTINGS['retry.backoffMs']),
  /** Whether each pause is twice the one before. */
  exponentialBackoff: z.boolean(),
  /** Whether a pause is drawn evenly from 0 to its length. */
  backoffJitter: z.boolean(),
  /** Milliseconds that a handler may take. */
  defaultTimeout: whole(SETTINGS['handler.timeoutMs']),
  /** Bytes of an event's data at most; what a worker's handlers emit keeps to what it was when that worker started. */
  maxPayloadSize: whole(PAYLOAD_BYTES),
  /** false: an event leaves the history once all its handlers have finished; for information: relays read the environment. */
  historyEnabled: z.boolean(),
  /** true: handlers of this process run right after the commit; the pointer stays as the safety net. */
  immediateProcessing: z.boolean(),
  /** Failures of a handler, and no fewer than its successes, that open its circuit breaker. */
  circuitBreakerThreshold: whole(SETTINGS['breaker.threshold']),
  /** Milliseconds within which those failures have to come. */
  circuitBreakerTimeWindow: whole(SETTINGS['breaker.windowMs']),
  /** Milliseconds until an open circuit breaker lets one event through. */
  circuitBreakerRecoveryTimeout: whole(SETTINGS['breaker.recoveryMs']),
});

/** How a process' event system behaves; the environment's `EVENT_…` under the names of code. */
export type EventConfig = Readonly<z.output<typeof configSchema>>;

export const DEFAULT_EVENT_CONFIG: EventConfig = {
  enabled: true,
  outboxPollingInterval: SETTINGS['outbox.pollingIntervalMs'].default,
  defaultMaxRetries: SETTINGS['retry.maxAttempts'].default,
  defaultBackoffMs: SETTINGS['retry.backoffMs'].default,
  exponentialBackoff: SETTINGS['retry.exponentialBackoff'].default,
  backoffJitter: SETTINGS['retry.jitter'].default,
  defaultTimeout: SETTINGS['handler.timeoutMs'].default,
  maxPayloadSize: PAYLOAD_BYTES.default,
  historyEnabled: true,
  immediateProcessing: false,
  circuitBreakerThreshold: SETTINGS['breaker.threshold'].default,
  circuitBreakerTimeWindow: SETTINGS['breaker.windowMs'].default,
  circuitBreakerRecoveryTimeout: SETTINGS['breaker.recoveryMs'].default,
};

/** The variable of each setting. */
export const EVENT_VARIABLES = {
  enabled: 'EVENT_SYSTEM_ENABLED',
  outboxPollingInterval: 'EVENT_OUTBOX_POLLING_INTERVAL',
  defaultMaxRetries: 'EVENT_DEFAULT_MAX_RETRIES',
  defaultBackoffMs: 'EVENT_DEFAULT_BACKOFF_MS',
  exponentialBackoff: 'EVENT_EXPONENTIAL_BACKOFF',
  backoffJitter: 'EVENT_BACKOFF_JITTER',
  defaultTimeout: 'EVENT_DEFAULT_TIMEOUT',
  maxPayloadSize: 'EVENT_MAX_PAYLOAD_SIZE',
  historyEnabled: 'EVENT_HISTORY_ENABLED',
  immediateProcessing: 'EVENT_IMMEDIATE_PROCESSING',
  circuitBreakerThreshold: 'EVENT_CIRCUIT_BREAKER_THRESHOLD',
  circuitBreakerTimeWindow: 'EVENT_CIRCUIT_BREAKER_TIME_WINDOW',
  circuitBreakerRecoveryTimeout: 'EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT',
} as const satisfies Record<keyof EventConfig, string>;

/** What a process has read of the environment; a variable that it does not read is left out. */
export type EventVariables = {
  readonly [Name in keyof EventConfig as (typeof EVENT_VARIABLES)[Name]]?: EventConfig[Name];
};

/** The settings that an environment gives; what it does not say is as by default. */
export function eventConfigFrom(env: EventVariables): EventConfig {
  const given = Object.entries(EVENT_VARIABLES).flatMap(([name, variable]) => {
    const value = env[variable];
    return value === undefined ? [] : [[name, value]];
  });
  return changeConfig(DEFAULT_EVENT_CONFIG, Object.fromEntries(given));
}

/**
 * Settings with some of them changed.
 *
 * @throws EventError `event_config_invalid` naming every one that is unknown or out of bounds; then nothing has changed.
 */
export function changeConfig(config: EventConfig, updates: Partial<EventConfig>): EventConfig {
  const parsed = configSchema.safeParse({ ...config, ...updates });
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  throw new EventError(
    'event_config_invalid',
    `No setting was changed: ${problems.join('; ')}. There are ${Object.keys(DEFAULT_EVENT_CONFIG).join(', ')}.`,
  );
}

/** What handlers get that do not say otherwise; follows the settings. */
export function handlerDefaults(config: () => EventConfig): {
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
} {
  return {
    get timeoutMs() {
      return config().defaultTimeout;
    },
    get retry() {
      const {
        defaultMaxRetries: maxAttempts,
        defaultBackoffMs: backoffMs,
        exponentialBackoff,
        backoffJitter,
      } = config();
      return { maxAttempts, backoffMs, exponentialBackoff, jitter: backoffJitter };
    },
  };
}

/** When a handler counts as failing; follows the settings. */
export function breakerPolicy(config: () => EventConfig): BreakerPolicy {
  return {
    get threshold() {
      return config().circuitBreakerThreshold;
    },
    get windowMs() {
      return config().circuitBreakerTimeWindow;
    },
    get recoveryMs() {
      return config().circuitBreakerRecoveryTimeout;
    },
  };
}
