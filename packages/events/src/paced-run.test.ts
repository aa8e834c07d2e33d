import { decideRate, isFailing, runPaced } from './paced-run';

describe('a paced run', () => {
  test('begins with a sixteenth of its rate and doubles every second', () => {
    expect([0, 1, 2, 3, 4, 5].map((second) => decideRate(160, second))).toEqual([10, 20, 40, 80, 160, 160]);
    expect(decideRate(3, 0)).toBe(1);
  });

  test('fails when five or more fail and they are a tenth', () => {
    expect(isFailing({ sent: 4, finished: 0, failing: 4 })).toBe(false);
    expect(isFailing({ sent: 51, finished: 46, failing: 5 })).toBe(false);
    expect(isFailing({ sent: 50, finished: 45, failing: 5 })).toBe(true);
  });

  test('asks again soon for those that wait for others', async () => {
    const begun = performance.now();
    let waits = 3;
    let left = 2;
    const stopped = await runPaced(
      {
        async send() {
          if (waits > 0) return { sent: 0, more: true };
          left -= 1;
          return { sent: 1, more: left > 0 };
        },
        async look() {
          waits -= 1;
          return { sent: 2 - left, finished: 2 - left, failing: 0 };
        },
      },
      { perSecond: 1_000, settleMs: 0 },
    );
    expect({ stopped, left }).toEqual({ stopped: null, left: 0 });
    expect(performance.now() - begun).toBeLessThan(900);
  });

  test('asks ever more rarely while nothing ends, and soon again when something does', async () => {
    const ending = new AbortController();
    const looks: number[] = [];
    const stopped = await runPaced(
      {
        send: async () => ({ sent: 0, more: true }),
        async look() {
          looks.push(performance.now());
          if (looks.length === 6) ending.abort();
          return { sent: 2, finished: looks.length < 5 ? 0 : 1, failing: 0 };
        },
      },
      { perSecond: 1_000, settleMs: 0, signal: ending.signal },
    );
    expect(stopped).toBe('aborted');
    const waited = looks.slice(1).map((at, index) => at - (looks[index] as number));
    // A timer may fire a moment early.
    for (const [index, ms] of [25, 50, 100, 200].entries()) expect(waited[index]).toBeGreaterThan(ms - 3);
    expect(waited[4]).toBeLessThan(200);
  });

  test('ends at once when it is told to', async () => {
    const ending = new AbortController();
    let sent = 0;
    const stopped = await runPaced(
      {
        async send() {
          ending.abort();
          sent += 1;
          return { sent: 1, more: true };
        },
        look: async () => ({ sent, finished: sent, failing: 0 }),
      },
      { perSecond: 1_000, settleMs: 10_000, signal: ending.signal },
    );
    expect({ stopped, sent }).toEqual({ stopped: 'aborted', sent: 1 });
  });
});
