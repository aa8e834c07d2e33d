import { choiceSetting, flagSetting, integerSetting, type SettingDefinition, type SettingValue } from './kinds';
import { walletLimitSettings } from './wallet-limits';

/**
 * Every setting that operators change while everything runs: what it is, what it may be, and which variable of the environment has its
 * value until then. The variables' own checks and defaults are made from this.
 */
export const SETTINGS = {
  'breaker.recoveryMs': integerSetting({
    env: 'EVENT_CIRCUIT_BREAKER_RECOVERY_TIMEOUT',
    unit: 'milliseconds',
    min: 100,
    max: 3_600_000,
    default: 30_000,
    description: 'milliseconds until an open circuit breaker lets one event through',
    followedBy: ['worker'],
  }),
  'breaker.threshold': integerSetting({
    env: 'EVENT_CIRCUIT_BREAKER_THRESHOLD',
    unit: 'failures',
    min: 1,
    max: 100_000,
    default: 5,
    description: 'failures of a handler, and no fewer than its successes, that open its circuit breaker',
    followedBy: ['worker'],
  }),
  'breaker.windowMs': integerSetting({
    env: 'EVENT_CIRCUIT_BREAKER_TIME_WINDOW',
    unit: 'milliseconds',
    min: 1_000,
    max: 86_400_000,
    default: 60_000,
    description: 'milliseconds within which those failures have to come',
    followedBy: ['worker'],
  }),
  'clientEvents.perMinute': integerSetting({
    env: 'CLIENT_EVENTS_PER_MINUTE',
    unit: 'events',
    // As many as one request may have: it would be refused for ever.
    min: 50,
    max: 1_000_000_000,
    default: 600,
    description: 'events that one session may emit, and a third of what one user may, a minute and process',
    followedBy: ['api', 'gateway'],
  }),
  'handler.timeoutMs': integerSetting({
    env: 'EVENT_DEFAULT_TIMEOUT',
    unit: 'milliseconds',
    min: 10,
    max: 43_200_000,
    default: 30_000,
    description: 'milliseconds that a handler may take',
    followedBy: ['worker'],
  }),
  'log.level': choiceSetting({
    env: 'LOG_LEVEL',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'info',
    description: 'least severe line that is logged',
    followedBy: ['api', 'gateway', 'relay', 'worker'],
  }),
  'login.attemptsPerMinute': integerSetting({
    env: 'LOGIN_ATTEMPTS_PER_MINUTE',
    unit: 'attempts',
    min: 1,
    max: 10_000,
    default: 10,
    description: 'failed sign-ins for one address and account',
    followedBy: ['api'],
  }),
  'outbox.pollingIntervalMs': integerSetting({
    env: 'EVENT_OUTBOX_POLLING_INTERVAL',
    unit: 'milliseconds',
    min: 10,
    max: 600_000,
    default: 5_000,
    description: 'milliseconds between looks at the outbox when no hint comes',
    followedBy: ['relay'],
  }),
  'queue.maxDepth': integerSetting({
    env: 'EVENT_QUEUE_MAX_DEPTH',
    unit: 'messages',
    min: 1,
    max: 100_000_000,
    default: 50_000,
    description: 'messages that a queue may hold before the outbox keeps the rest',
    followedBy: ['relay'],
  }),
  'retry.backoffMs': integerSetting({
    env: 'EVENT_DEFAULT_BACKOFF_MS',
    unit: 'milliseconds',
    min: 0,
    max: 3_600_000,
    default: 1_000,
    description: 'milliseconds before the second try',
    followedBy: ['worker'],
  }),
  'retry.exponentialBackoff': flagSetting({
    env: 'EVENT_EXPONENTIAL_BACKOFF',
    default: true,
    description: 'whether each pause is twice the one before',
    followedBy: ['worker'],
  }),
  'retry.jitter': flagSetting({
    env: 'EVENT_BACKOFF_JITTER',
    default: true,
    description: 'whether a pause is drawn evenly from 0 to its length',
    followedBy: ['worker'],
  }),
  'retry.maxAttempts': integerSetting({
    env: 'EVENT_DEFAULT_MAX_RETRIES',
    unit: 'tries',
    min: 1,
    max: 100,
    default: 3,
    description: 'tries of a handler in all, the first included',
    followedBy: ['worker'],
  }),
  ...walletLimitSettings,
  'worker.concurrency': integerSetting({
    env: 'WORKER_CONCURRENCY',
    unit: 'transactions',
    min: 1,
    max: 1_000,
    default: 8,
    description: 'transactions of handlers at once, and runs of each effect; two less than DATABASE_POOL_MAX at most',
    followedBy: ['worker'],
  }),
} as const satisfies Readonly<Record<string, SettingDefinition>>;

export type SettingKey = keyof typeof SETTINGS;

/** A value for every setting. */
export type SettingValues = { readonly [Key in SettingKey]: SettingValue<(typeof SETTINGS)[Key]> };

/** In the order of their names. */
export const SETTING_KEYS = Object.keys(SETTINGS).sort() as readonly SettingKey[];

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}
