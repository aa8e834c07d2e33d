import { createPulse } from './pulse';

/** A run that waits to be let through, so that a test decides when it ends. */
function gate() {
  const runs: { woken: boolean; end: (ms: number) => void }[] = [];
  const waiting: (() => void)[] = [];
  return {
    run: (woken: boolean) =>
      new Promise<number>((end) => {
        runs.push({ woken, end });
        for (const resolve of waiting.splice(0)) resolve();
      }),
    runs,
    nextRun: () => new Promise<void>((resolve) => waiting.push(resolve)),
  };
}

describe('createPulse', () => {
  test('runs at once, and again as soon as it is woken from its pause', async () => {
    const { run, runs, nextRun } = gate();
    const pulse = createPulse({ run });
    expect(runs.map(({ woken }) => woken)).toEqual([false]);
    const second = nextRun();
    runs[0]?.end(60_000);
    pulse.wake();
    await second;
    expect(runs.map(({ woken }) => woken)).toEqual([false, true]);
    runs[1]?.end(60_000);
    await pulse.stop();
  });

  test('a wake during a run leads to one more run, however often it came', async () => {
    const { run, runs, nextRun } = gate();
    const pulse = createPulse({ run });
    pulse.wake();
    pulse.wake();
    const second = nextRun();
    runs[0]?.end(60_000);
    await second;
    runs[1]?.end(60_000);
    await pulse.stop();
    expect(runs).toHaveLength(2);
  });

  test('stop ends the pause and waits for the run in hand', async () => {
    const { run, runs } = gate();
    const pulse = createPulse({ run });
    let stopped = false;
    const stopping = pulse.stop().then(() => {
      stopped = true;
    });
    expect(stopped).toBe(false);
    runs[0]?.end(60_000);
    await stopping;
    expect(runs).toHaveLength(1);
  });
});
