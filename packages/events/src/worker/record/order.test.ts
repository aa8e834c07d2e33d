import { decideOrder } from './order';

describe('decideOrder', () => {
  test.each([
    ['nothing is open below', [4, 5, 6], [], 3],
    ['only its own are open', [4, 5, 6], [4, 5], 3],
    ['an earlier one is open', [4, 5, 6], [3, 4, 5], 0],
    ['one between them is open', [4, 6, 7], [4, 5, 6], 1],
    ['a finished one is among them again', [2, 4], [], 2],
  ])('%s', (_case, positions, unfinished, runnable) => {
    expect(decideOrder(positions, unfinished)).toBe(runnable);
  });
});
