import { setImmediate as turn } from 'node:timers/promises';
import { createLanes, type LaneItem } from './lanes';

interface Item extends LaneItem {
  readonly nth: number;
}

/** Lanes whose groups end when they are told to, in the order in which they began. */
function createTestLanes(options: { lanes?: number; maxGroup?: number } = {}) {
  const begun: number[][] = [];
  const ends: (() => void)[] = [];
  const lanes = createLanes<Item>({ lanes: 2, maxGroup: 100, ...options }, (group) => {
    begun.push(group.map(({ nth }) => nth));
    return new Promise((end) => ends.push(end));
  });
  let nth = 0;
  return {
    lanes,
    begun,
    add(owner: string, { times = 1, name }: { times?: number; name?: string } = {}) {
      for (let time = 0; time < times; time += 1) {
        nth += 1;
        lanes.add({ owner, name, nth });
      }
    },
    /** Ends the oldest group. */
    async end() {
      ends.shift()?.();
      await turn();
      await turn();
    },
  };
}

/** Their hashes are odd and even. */
const [ODD, EVEN] = ['a', 'b'] as const;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, nth) => from + nth);

describe('lanes', () => {
  test('make one group of what comes together, and wait with what comes after it', async () => {
    const { add, begun, end, lanes } = createTestLanes();
    add(ODD, { times: 3 });
    expect(begun).toEqual([]);
    await turn();
    expect(begun).toEqual([[1, 2, 3]]);
    add(ODD, { times: 2 });
    await turn();
    expect(lanes.waiting).toBe(2);
    await end();
    expect(begun).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(lanes.waiting).toBe(0);
  });

  test('write those of different owners at once', async () => {
    const { add, begun } = createTestLanes();
    add(ODD, { times: 20 });
    add(EVEN, { times: 20 });
    await turn();
    expect(begun.map((group) => group.length)).toEqual([20, 20]);
  });

  test('divide what is hot while nothing else is there, and begin it in order', async () => {
    const { add, begun, end, lanes } = createTestLanes();
    add(ODD, { times: 64 });
    await turn();
    expect(begun).toEqual([range(1, 32), range(33, 64)]);
    add(ODD, { times: 9 });
    await end();
    add(ODD, { times: 23 });
    await end();
    expect(begun.slice(2)).toEqual([range(65, 73), range(74, 89)]);
    expect(lanes.waiting).toBe(7);
  });

  test('do not divide what is little', async () => {
    const { add, begun } = createTestLanes();
    add(ODD, { times: 2 });
    await turn();
    add(ODD, { times: 7 });
    await turn();
    expect(begun).toEqual([[1, 2]]);
  });

  test('never have two of one name under way, and keep no other lane waiting for them', async () => {
    const { add, begun, end } = createTestLanes();
    add(ODD, { times: 10, name: 'same' });
    add(EVEN);
    await turn();
    expect(begun).toEqual([[1], [11]]);
    await end();
    expect(begun.slice(2)).toEqual([[2]]);
  });

  test('make no group larger than the bound', async () => {
    const { add, begun } = createTestLanes({ maxGroup: 10 });
    add(ODD, { times: 64 });
    await turn();
    expect(begun).toEqual([range(1, 10), range(11, 20)]);
  });
});
