import { judge, type Measures, type PartStates, RECOVERS_AFTER_MS } from './judge';

const well: Measures = {
  silentMs: { worker: 1_000, relay: 500 },
  outboxAgeSeconds: 0,
  queueAgeSeconds: 0,
  deadLettersPerMinute: 0,
  openBreakers: [],
};

describe('judging the system', () => {
  /** What was degraded at each look, a second apart. */
  function over(looks: readonly Partial<Measures>[]): string[] {
    let parts: PartStates = {};
    return looks.map((measures, second) => {
      const judged = judge(parts, { ...well, ...measures }, second * 1_000);
      parts = judged.parts;
      return judged.degraded.map(({ part }) => part).join();
    });
  }
  const times = (count: number, measures: Partial<Measures>) => Array.from({ length: count }, () => measures);

  it('remembers nothing of what is well', () => {
    expect(judge({}, well, 0)).toEqual({ parts: {}, degraded: [] });
  });

  it('misses a kind of process when its lease is over, and has it back when it has been ready for a while', () => {
    expect(over([{ silentMs: { worker: 9_999 } }, { silentMs: { worker: 10_001 } }])).toEqual(['', 'worker']);
    const back = over([{ silentMs: { worker: 60_000 } }, ...times(8, {})]);
    expect(back.indexOf('')).toBe(1 + RECOVERS_AFTER_MS / 1_000);
  });

  it('forgives a kind that nobody knows of any more', () => {
    expect(over([{ silentMs: { worker: 60_000 } }, ...times(8, { silentMs: {} })]).at(-1)).toBe('');
  });

  it('waits before it calls delivery slow, and does not flap at the threshold', () => {
    const slow = { queueAgeSeconds: 12 };
    expect(over([...times(3, slow), {}, ...times(3, slow)])).toEqual(Array(7).fill(''));
    expect(over(times(6, slow))).toEqual(['', '', '', '', 'delivery', 'delivery']);
    const between = over([...times(5, slow), ...times(20, { queueAgeSeconds: 6 })]);
    expect(between.slice(4)).toEqual(Array(21).fill('delivery'));
    expect(over(times(20, { outboxAgeSeconds: 6 }))).toEqual(Array(20).fill(''));
    const blinking = over([
      ...times(5, slow),
      ...Array.from({ length: 20 }, (_, look) => (look % 4 === 0 ? slow : {})),
    ]);
    expect(blinking.slice(4)).toEqual(Array(21).fill('delivery'));
  });

  it('says why, for operators', () => {
    const { degraded } = judge(
      {},
      { ...well, deadLettersPerMinute: 30, openBreakers: ['a.b'], silentMs: { api: 12_345 } },
      0,
    );
    expect(degraded).toEqual([
      { part: 'api', reason: 'No api has been ready for 12 s.' },
      { part: 'handlers', reason: 'Circuit breakers are open: a.b.' },
      { part: 'errors', reason: '30 events became dead letters within a minute.' },
    ]);
  });
});
