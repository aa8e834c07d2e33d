import { describeError } from '@skelly/types/errors';
import type { Logger } from './log';
import type { Readiness } from './readiness';
import type { Dependency } from './wait';
import { within } from './within';

export interface WatchOptions {
  readonly log: Logger;
  readonly readiness: Readiness;
  /** Milliseconds between two looks. @defaultValue 2000 */
  readonly everyMs?: number;
  /** Milliseconds that an answer may take; a probe goes on after it, and there is no second beside it. @defaultValue 3000 */
  readonly withinMs?: number;
}

/** What a look came to: the first failure is looked at again soon, before anybody is told. */
interface Sight {
  failures: number;
  probing: Promise<unknown> | undefined;
}

/** Milliseconds until a failure is confirmed. */
const CONFIRM_MS = 500;
/** Failures in a row that count: a connection that broke is not a server that is away. */
const AWAY_AFTER = 2;

/**
 * Keeps readiness true while the process runs: looks at each dependency again and again, says that it is missing after two failures
 * in a row, and that it is there at its first answer.
 */
export function watchDependencies(dependencies: readonly Dependency[], options: WatchOptions): { stop(): void } {
  const { log, readiness, everyMs = 2_000, withinMs = 3_000 } = options;
  const timers = new Map<Dependency, NodeJS.Timeout>();
  let stopped = false;

  function lookIn(dependency: Dependency, sight: Sight, pauseMs: number): void {
    if (stopped) return;
    const timer = setTimeout(() => void look(dependency, sight), pauseMs);
    timers.set(dependency, timer);
  }

  async function look(dependency: Dependency, sight: Sight): Promise<void> {
    const { name } = dependency;
    try {
      sight.probing ??= dependency.probe().finally(() => {
        sight.probing = undefined;
      });
      await within(withinMs, sight.probing);
      if (stopped) return;
      if (sight.failures >= AWAY_AFTER) log.info({ dependency: name }, `${name} is back`);
      sight.failures = 0;
      readiness.arrived(name);
    } catch (error) {
      if (stopped) return;
      sight.failures += 1;
      if (sight.failures === AWAY_AFTER) {
        log.warn(
          { dependency: name, reason: describeError(error).message },
          `${name} is away; this process is not ready`,
        );
        readiness.waitFor(name);
      }
    }
    lookIn(dependency, sight, sight.failures > 0 ? CONFIRM_MS : everyMs);
  }

  for (const dependency of dependencies) lookIn(dependency, { failures: 0, probing: undefined }, everyMs);
  return {
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
