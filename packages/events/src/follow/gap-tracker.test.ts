import { createGapTracker } from './gap-tracker';

describe('gap tracker', () => {
  it('settles what is contiguous', () => {
    const tracker = createGapTracker({ ceiling: 0 });
    tracker.observeRead([1, 2, 3]);
    expect(tracker).toMatchObject({ settled: 3, ceiling: 3, gaps: [] });
  });

  it('waits for the writers that were there when a gap was first asked about, and for no later ones', () => {
    const tracker = createGapTracker({ ceiling: 0 });
    tracker.observeRead([1, 4]);
    expect(tracker).toMatchObject({ settled: 1, ceiling: 4, gaps: [{ from: 2, to: 3 }] });
    tracker.observeWriters(new Set(['a', 'b']));
    tracker.observeRead([]);
    tracker.observeWriters(new Set(['b', 'c']));
    tracker.observeRead([]);
    expect(tracker.settled).toBe(1);
    tracker.observeWriters(new Set(['c']));
    tracker.observeRead([]);
    expect(tracker).toMatchObject({ settled: 4, gaps: [] });
  });

  it('reads once more after the last writer has ended, because that one may have committed', () => {
    const tracker = createGapTracker({ ceiling: 0 });
    tracker.observeRead([3]);
    tracker.observeWriters(new Set());
    expect(tracker.settled).toBe(0);
    tracker.observeRead([1, 5]);
    expect(tracker).toMatchObject({ settled: 3, ceiling: 5, gaps: [{ from: 4, to: 4 }] });
  });

  it('keeps the rest of a gap that was filled in part', () => {
    const tracker = createGapTracker({ ceiling: 0 });
    tracker.observeRead([6]);
    tracker.observeWriters(new Set(['a']));
    tracker.observeRead([1, 3]);
    expect(tracker).toMatchObject({
      settled: 1,
      gaps: [
        { from: 2, to: 2 },
        { from: 4, to: 5 },
      ],
    });
    tracker.observeRead([2, 4, 5]);
    expect(tracker).toMatchObject({ settled: 6, gaps: [] });
  });

  it('does not give up a gap above what a cut read could show', () => {
    const tracker = createGapTracker({ ceiling: 0 });
    tracker.observeRead([3, 9]);
    tracker.observeWriters(new Set());
    tracker.observeRead([1, 4], 4);
    expect(tracker).toMatchObject({ settled: 4, gaps: [{ from: 5, to: 8 }] });
    tracker.observeWriters(new Set());
    tracker.observeRead([6]);
    expect(tracker).toMatchObject({ settled: 9, gaps: [] });
  });

  it('can start with gaps that it is owed', () => {
    const tracker = createGapTracker({ ceiling: 10, gaps: [{ from: 4, to: 5 }] });
    expect(tracker.settled).toBe(3);
    tracker.observeWriters(new Set(['a']));
    tracker.observeRead([5]);
    expect(tracker).toMatchObject({ settled: 3, gaps: [{ from: 4, to: 4 }] });
  });
});
