import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `probe` gives something truthy, looking every 10 ms, and returns it.
 *
 * @param options.withinMs when to give up. @defaultValue 10000
 * @throws Error with `what` and the probe's last answer.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T> | T,
  options: { withinMs?: number } = {},
): Promise<Exclude<T, false | null | undefined>> {
  const { withinMs = 10_000 } = options;
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await probe();
    if (answer) return answer as Exclude<T, false | null | undefined>;
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${withinMs} ms; last answer ${JSON.stringify(answer)}`);
    await delay(10);
  }
}
