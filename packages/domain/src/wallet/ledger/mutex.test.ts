import { createMutex } from './mutex';

describe('a mutex', () => {
  test('lets one in at a time, in the order in which they came', async () => {
    const mutex = createMutex();
    const inside: string[] = [];
    const [first, second, third] = ['a', 'b', 'c'].map((name) => {
      const { entered, leave } = mutex.enter();
      return { entered: entered.then(() => inside.push(name)), leave };
    });
    await first?.entered;
    expect(inside).toEqual(['a']);
    first?.leave();
    first?.leave();
    await second?.entered;
    expect(inside).toEqual(['a', 'b']);
    second?.leave();
    await third?.entered;
    expect(inside).toEqual(['a', 'b', 'c']);
  });

  test('does not let the next one in early when one leaves before it was its turn', async () => {
    const mutex = createMutex();
    const [first, second, third] = [mutex.enter(), mutex.enter(), mutex.enter()];
    const inside: string[] = [];
    const last = third.entered.then(() => inside.push('third'));
    second.leave();
    await first.entered;
    await Promise.resolve();
    expect(inside).toEqual([]);
    first.leave();
    await last;
    expect(inside).toEqual(['third']);
  });
});
