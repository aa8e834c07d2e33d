/** Answers many signs by few reads. */
export interface Gather {
  /** Something changed: a read follows soon, and one more if it changes while that goes on. */
  sign(): void;
  stop(): void;
}

/**
 * Runs one read at a time, `ms` after the first sign that it answers; so a flood of signs neither floods the server nor
 * keeps a read from ever being the latest.
 */
export function createGather(read: () => Promise<void>, ms: number): Gather {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let reading = false;
  let again = false;
  let stopped = false;

  const sign = () => {
    if (stopped || timer !== null) return;
    if (reading) {
      again = true;
      return;
    }
    timer = setTimeout(async () => {
      timer = null;
      reading = true;
      await read().finally(() => {
        reading = false;
      });
      if (!again) return;
      again = false;
      sign();
    }, ms);
  };

  return {
    sign,
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
