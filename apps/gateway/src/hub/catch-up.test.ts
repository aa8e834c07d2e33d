import { type Advance, createCatchUp } from './catch-up';
import type { PushedMessage } from './push-source';

const rows = (count: number): Advance[] =>
  Array.from({ length: count }, (_, index) => ({ position: index + 1, channel: `user:${index}`, offset: 1 }));

/** A hub whose channels all stand at 0, and a source that has every message but those of some positions. */
function scene(lacks: readonly number[] = [], fails = false) {
  const offered: string[] = [];
  const advanced: string[] = [];
  const reads: (readonly number[])[] = [];
  const errors: unknown[] = [];
  const catchUp = createCatchUp({
    hub: {
      isBehind: (channel) => !offered.includes(channel),
      offer: (channel) => void offered.push(channel),
      advance: (channel) => void advanced.push(channel),
    },
    source: {
      async readAt(positions) {
        reads.push(positions);
        if (fails) throw new Error('away');
        return positions
          .filter((position) => !lacks.includes(position))
          .map((position) => ({ channel: `user:${position - 1}`, epoch: 'e', message: {} }) as PushedMessage);
      },
    },
    onError: (error) => errors.push(error),
  });
  return { catchUp, offered, advanced, reads, errors, settled: () => new Promise(setImmediate) };
}

describe('channels that are behind', () => {
  it('are read one by one while they are few', () => {
    const { catchUp, advanced, reads } = scene();
    catchUp.take(rows(63));
    expect(reads).toEqual([]);
    expect(advanced).toHaveLength(63);
  });

  it('are read by position when they are many, and by channel what did not come by it', async () => {
    const { catchUp, offered, advanced, reads, settled } = scene([7]);
    catchUp.take(rows(100));
    expect(advanced).toEqual([]);
    await settled();
    expect(reads).toEqual([rows(100).map(({ position }) => position)]);
    expect(offered).toHaveLength(99);
    expect(advanced).toContain('user:6');
  });

  it('are all read by channel when that read fails', async () => {
    const { catchUp, advanced, errors, settled } = scene([], true);
    catchUp.take(rows(100));
    await settled();
    expect(errors).toHaveLength(1);
    expect(advanced).toHaveLength(100);
  });

  it('do not wait behind more reads than a few', () => {
    const { catchUp, advanced } = scene();
    for (let nth = 0; nth < 9; nth += 1) catchUp.take(rows(100));
    expect(advanced).toHaveLength(100);
  });
});
