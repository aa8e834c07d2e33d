import { createClaimWindow } from './claim-window';

describe('createClaimWindow', () => {
  const seen = { now: 1_000_000, floor: 0, closed: [], sweep: false };
  const started = () => {
    const window = createClaimWindow();
    // The first looks go to the bottom.
    for (const now of [seen.now - 2_000, seen.now])
      window.claimed(window.next({ ...seen, now }), { highestId: 0, more: false });
    return window;
  };

  test('begins where the last full claim ended, and looks back after one that was not full', () => {
    const window = started();
    window.claimed(window.next(seen), { highestId: 50_000, more: true });
    expect(window.next({ ...seen, floor: 10 }).above).toBe(50_000);
    window.claimed(window.next(seen), { highestId: 50_400, more: false });
    expect(window.next({ ...seen, floor: 10 }).above).toBe(48_400);
    expect(window.next({ ...seen, floor: 49_000 }).above).toBe(49_000);
  });

  test('sweeps from the floor every second, when asked to, and after a claim was given up', () => {
    const window = started();
    window.claimed(window.next(seen), { highestId: 50_000, more: true });
    expect(window.next({ ...seen, now: seen.now + 1_000, floor: 10 }).above).toBe(10);
    expect(window.next({ ...seen, now: seen.now + 1_001, floor: 10 }).above).toBe(50_000);
    expect(window.next({ ...seen, now: seen.now + 1_002, floor: 11, sweep: true }).above).toBe(11);
    window.givenUp();
    expect(window.next({ ...seen, now: seen.now + 1_003, floor: 12 }).above).toBe(12);
  });

  test('sweeps from zero every minute', () => {
    const window = started();
    expect(window.next({ ...seen, now: seen.now + 60_000, floor: 10 }).above).toBe(0);
    expect(window.next({ ...seen, now: seen.now + 61_000, floor: 10 }).above).toBe(10);
  });

  test('looks from the bottom when what was claimed has come back, also past closed queues', () => {
    const window = started();
    window.claimed({ above: 0, closed: ['main'] }, { highestId: 9_000, more: false });
    window.givenUp();
    expect(window.next({ ...seen, closed: ['main'] }).above).toBe(0);
  });

  test('walks past what closed queues wait for once, and again when one of them has opened', () => {
    const window = started();
    const look = (closed: string[], now = seen.now) => window.next({ ...seen, now, closed }).above;
    window.claimed({ above: 0, closed: ['main'] }, { highestId: 0, more: false });
    expect(look(['main'])).toBe(0);
    window.claimed({ above: 0, closed: ['main'] }, { highestId: 5_000, more: true });
    expect(look(['main'])).toBe(5_000);
    window.claimed({ above: 5_000, closed: ['main'] }, { highestId: 9_000, more: false });
    expect(look(['main'])).toBe(8_500);
    expect(look(['main', 'mail'])).toBe(8_500);
    expect(look(['mail'])).toBe(0);
    window.claimed({ above: 0, closed: ['mail'] }, { highestId: 9_000, more: false });
    expect(look(['mail'], seen.now + 59_999)).toBe(8_500);
    expect(look(['mail'], seen.now + 61_000)).toBe(0);
  });
});
