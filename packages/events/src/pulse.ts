/** Something that runs again and again, never twice at once. */
export interface Pulse {
  /** Runs now, or right after the run in hand. */
  wake(): void;
  /** Runs no more; resolves when the run in hand has ended. */
  stop(): Promise<void>;
}

/**
 * Starts at once, then again after the milliseconds that `run` resolves with, or sooner when woken.
 *
 * @param options.run told whether it was woken; must not reject.
 * @param options.wakeable whether a wake shortens the pause. @defaultValue always
 */
export function createPulse(options: { run: (woken: boolean) => Promise<number>; wakeable?: () => boolean }): Pulse {
  const { run, wakeable = () => true } = options;
  let stopped = false;
  let woken = false;
  let endPause: (() => void) | undefined;

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function loop(): Promise<void> {
    while (!stopped) {
      const wasWoken = woken;
      woken = false;
      const ms = await run(wasWoken);
      if (!stopped && !(woken && wakeable())) await pause(ms);
      endPause = undefined;
    }
  }

  const running = loop();
  return {
    wake() {
      woken = true;
      if (wakeable()) endPause?.();
    },
    async stop() {
      stopped = true;
      endPause?.();
      await running;
    },
  };
}
