/** Several runners of the same work, so that one claims while another sends. */
export interface Lanes {
  /** Work may have come: an idle lane begins at once; when none is idle, the first that ends goes on. */
  wake(): void;
  /** Begins nothing more; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/**
 * Runs one lane at once, and further ones while there is more than one can do.
 *
 * @param options.run told whether it runs because a pause had run out, with nobody waking it. Resolves with milliseconds
 *   until the next run; 0 when there is more to do, then another lane helps. Must not reject.
 * @param options.wakeable whether a wake shortens the pause.
 */
export function createLanes(options: {
  count: number;
  run: (reason: 'pause over' | 'woken') => Promise<number>;
  wakeable: () => boolean;
}): Lanes {
  const running = new Set<Promise<void>>();
  let woken = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function begin(reason: 'pause over' | 'woken'): void {
    if (stopped || running.size >= options.count) return;
    clearTimeout(timer);
    const lane: Promise<void> = work(reason).then((pauseMs) => {
      running.delete(lane);
      if (running.size === 0 && !stopped) timer = setTimeout(() => begin('pause over'), pauseMs);
    });
    running.add(lane);
  }

  async function work(first: 'pause over' | 'woken'): Promise<number> {
    for (let reason = first; ; reason = 'woken') {
      woken = false;
      const pauseMs = await options.run(reason);
      if (stopped) return pauseMs;
      if (pauseMs === 0) begin('woken');
      else if (!woken || !options.wakeable()) return pauseMs;
    }
  }

  begin('pause over');
  return {
    wake() {
      woken = true;
      if (options.wakeable()) begin('woken');
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
