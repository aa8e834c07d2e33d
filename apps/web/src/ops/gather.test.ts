import { createGather } from './gather';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A read that ends when it is told to. */
function slowRead() {
  const ends: (() => void)[] = [];
  const read = jest.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  return { read, end: () => ends.shift()?.() };
}

describe('createGather', () => {
  it('answers a burst of signs by one read', async () => {
    const { read } = slowRead();
    const gather = createGather(read, 100);
    gather.sign();
    gather.sign();
    gather.sign();
    await jest.advanceTimersByTimeAsync(99);
    expect(read).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('reads once more for what came during a read, however much it was', async () => {
    const { read, end } = slowRead();
    const gather = createGather(read, 100);
    gather.sign();
    await jest.advanceTimersByTimeAsync(100);
    gather.sign();
    gather.sign();
    await jest.advanceTimersByTimeAsync(1000);
    expect(read).toHaveBeenCalledTimes(1);
    end();
    await jest.advanceTimersByTimeAsync(100);
    expect(read).toHaveBeenCalledTimes(2);
    end();
    await jest.advanceTimersByTimeAsync(1000);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('does nothing after it was stopped', async () => {
    const { read } = slowRead();
    const gather = createGather(read, 100);
    gather.sign();
    gather.stop();
    gather.sign();
    await jest.advanceTimersByTimeAsync(1000);
    expect(read).not.toHaveBeenCalled();
  });
});
