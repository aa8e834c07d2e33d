import {
  extendStatement,
  openStatement,
  refreshStatement,
  type Statement,
  showWaiting,
  waitingLines,
} from './statement';
import { entry } from './testing';

const page = (positions: readonly number[], nextCursor: number | null = null) => ({
  items: positions.map((position) => entry({ position })),
  nextCursor,
});
const positions = ({ items }: Statement) => items.map(({ position }) => position);

describe('refreshStatement', () => {
  it('puts new lines above what is known', () => {
    const now = refreshStatement(openStatement(page([3, 2], 2)), page([5, 3], 3), false);
    expect(positions(now)).toEqual([5, 3, 2]);
    expect(now.nextCursor).toBe(2);
  });

  it('keeps older pages that were loaded, and where they end', () => {
    const deep = extendStatement(openStatement(page([9, 8], 8)), page([7, 6], 6));
    const now = refreshStatement(deep, page([10, 9], 9), false);
    expect(positions(now)).toEqual([10, 9, 8, 7, 6]);
    expect(now.nextCursor).toBe(6);
  });

  it('begins anew where lines may be missing in between', () => {
    const now = refreshStatement(openStatement(page([3, 2], 2)), page([9, 8], 8), false);
    expect(positions(now)).toEqual([9, 8]);
    expect(now.nextCursor).toBe(8);
  });

  it('fills an empty statement', () => {
    expect(positions(refreshStatement(openStatement(page([])), page([1]), false))).toEqual([1]);
  });
});

describe('while the place is held', () => {
  const known = openStatement(page([3, 2], 2));

  it('lets new lines wait and says how many there are', () => {
    const held = refreshStatement(known, page([5, 4, 3], 3), true);
    expect(positions(held)).toEqual([3, 2]);
    expect(waitingLines(held)).toEqual({ count: 2, isMore: false });
    expect(positions(showWaiting(held))).toEqual([5, 4, 3, 2]);
    expect(waitingLines(showWaiting(held))).toEqual({ count: 0, isMore: false });
  });

  it('says that there are more than were read', () => {
    const held = refreshStatement(known, page([9, 8], 8), true);
    expect(waitingLines(held)).toEqual({ count: 2, isMore: true });
    expect(positions(showWaiting(held))).toEqual([9, 8]);
  });

  it('has nothing to show when nothing is new', () => {
    const held = refreshStatement(known, page([3, 2], 2), true);
    expect(waitingLines(held)).toEqual({ count: 0, isMore: false });
    expect(showWaiting(held)).toBe(held);
  });

  it('lets what comes later take the place of what waited', () => {
    const first = refreshStatement(known, page([4, 3], 3), true);
    expect(waitingLines(refreshStatement(first, page([5, 4, 3], 3), true)).count).toBe(2);
  });
});
