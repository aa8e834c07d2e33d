/** Whether one more is within the rate. */
export type Rate = (now: number) => boolean;

/** A bucket that holds `burst` and is refilled by `perSecond`. `now` in milliseconds. */
export function createRate(options: {
  readonly burst: number;
  readonly perSecond: number;
  readonly now: number;
}): Rate {
  let tokens = options.burst;
  let last = options.now;
  return (now) => {
    tokens = Math.min(options.burst, tokens + (Math.max(0, now - last) / 1_000) * options.perSecond);
    last = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
