import type { SettingsWatch } from '@skelly/domain/setting';
import type { EventConfig } from '@skelly/events';

/** What operators have set of how handlers are tried, and when one counts as failing. */
export function eventConfigOf(current: SettingsWatch['current']): Partial<EventConfig> {
  return {
    defaultTimeout: current['handler.timeoutMs'],
    defaultMaxRetries: current['retry.maxAttempts'],
    defaultBackoffMs: current['retry.backoffMs'],
    exponentialBackoff: current['retry.exponentialBackoff'],
    backoffJitter: current['retry.jitter'],
    circuitBreakerThreshold: current['breaker.threshold'],
    circuitBreakerTimeWindow: current['breaker.windowMs'],
    circuitBreakerRecoveryTimeout: current['breaker.recoveryMs'],
  };
}
