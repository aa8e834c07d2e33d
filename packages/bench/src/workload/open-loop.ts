import { setTimeout as delay } from 'node:timers/promises';

/**
 * Starts work at a fixed rate, whether what was started before has ended or not, as users do: a slow answer delays
 * nobody else's request and hides no wait.
 *
 * @returns when all that was started has ended. @throws the first failure
 */
export async function openLoop(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  start: (nth: number) => Promise<void>,
): Promise<void> {
  const total = Math.round(perSecond * seconds);
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const begun = performance.now();
  for (let nth = 0; nth < total; nth += 1) {
    const wait = begun + (nth / perSecond) * 1_000 - performance.now();
    if (wait > 0) await delay(wait);
    if (failure) break;
    const work = start(nth)
      .catch((error) => {
        failure ??= { error };
      })
      .finally(() => running.delete(work));
    running.add(work);
  }
  await Promise.all(running);
  if (failure) throw failure.error;
}
