import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '@skelly/types/errors';
import type { Logger } from './log';
import type { Readiness } from './readiness';

export interface Dependency {
  /** For logs and `/health/ready`, such as `postgres at 127.0.0.1:4410`; never with credentials. */
  readonly name: string;
  /** Resolves when the dependency answers; rejects when it does not. */
  readonly probe: () => Promise<unknown>;
}

/**
 * Waits, without end, until every dependency has answered once, trying each every 250 ms, growing to 2 s. Says what it
 * waits for at the first failure and every 10 s.
 *
 * @throws AbortError when `signal` aborts.
 */
export async function waitForDependencies(
  dependencies: readonly Dependency[],
  options: { log: Logger; readiness: Readiness; signal?: AbortSignal },
): Promise<void> {
  for (const { name } of dependencies) options.readiness.waitFor(name);
  await Promise.all(
    dependencies.map(async ({ name, probe }) => {
      let pauseMs = 250;
      for (let lastSaid = 0; ; pauseMs = Math.min(pauseMs * 1.5, 2_000)) {
        try {
          await probe();
          break;
        } catch (error) {
          if (Date.now() - lastSaid >= 10_000) {
            lastSaid = Date.now();
            const reason = describeError(error);
            options.log.warn({ waitingFor: name, reason: reason.message || reason.name }, `waiting for ${name}`);
          }
        }
        await delay(pauseMs, undefined, options.signal ? { signal: options.signal } : undefined);
      }
      options.readiness.arrived(name);
    }),
  );
}

/** A URL's host and port, for messages. */
export function hostOf(url: string): string {
  const { hostname, port } = new URL(url);
  return port ? `${hostname}:${port}` : hostname;
}
