import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log';

/** Holds everybody back while something that all need is away. */
export interface Gate {
  /** Resolves when the gate is open. */
  opened(): Promise<void>;
  /** Closes it; it opens by itself when the probe succeeds. */
  close(reason: unknown): void;
  /** Opens it for good, for a shutdown. */
  release(): void;
}

/** Milliseconds between two probes. */
const PROBE_INTERVAL_MS = 500;

export function createGate(options: { what: string; probe: () => Promise<unknown>; log: Log }): Gate {
  let opening: Promise<void> | undefined;
  const released = new AbortController();

  async function probeUntilOpen(): Promise<void> {
    while (!released.signal.aborted) {
      await delay(PROBE_INTERVAL_MS, undefined, { signal: released.signal }).catch(() => undefined);
      const reached = await options.probe().then(
        () => true,
        () => false,
      );
      if (!reached) continue;
      options.log.info({}, `${options.what} is back; going on`);
      break;
    }
    opening = undefined;
  }

  return {
    opened: () => opening ?? Promise.resolve(),
    close(reason) {
      if (opening || released.signal.aborted) return;
      options.log.warn({ err: reason }, `${options.what} is away; no messages are taken until it is back`);
      opening = probeUntilOpen();
    },
    release: () => released.abort(),
  };
}
