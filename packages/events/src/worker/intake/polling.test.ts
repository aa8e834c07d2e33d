import { decideAsk, decideInHand, decidePolls, MAX_IN_HAND } from './polling';

describe('polling', () => {
  test('one poll at rest, up to four while receives come back full', () => {
    let polls = 1;
    for (let full = 0; full < 10; full += 1) polls = decidePolls(polls, { asked: 10, got: 10 });
    expect(polls).toBe(4);
    expect(decidePolls(polls, { asked: 10, got: 9 })).toBe(1);
  });

  test('holds what keeps every lane busy, a second of work, and never more than its bound', () => {
    expect(decideInHand({ concurrency: 8, perSecond: 0 })).toBe(16);
    expect(decideInHand({ concurrency: 8, perSecond: 250 })).toBe(250);
    expect(decideInHand({ concurrency: 8, perSecond: 1_000_000 })).toBe(MAX_IN_HAND);
    expect(decideInHand({ concurrency: 1_000, perSecond: 0 })).toBe(2_000);
  });

  test('does not ask for a trickle', () => {
    expect(decideAsk(100, 512)).toBe(10);
    expect(decideAsk(9, 512)).toBe(0);
    expect(decideAsk(1, 2)).toBe(1);
    expect(decideAsk(0, 2)).toBe(0);
    expect(decideAsk(-5, 0)).toBe(0);
  });
});
