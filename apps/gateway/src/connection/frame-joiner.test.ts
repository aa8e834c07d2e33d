import { createFrameJoiner, type FrameQueue } from './frame-joiner';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the frame joiner', () => {
  function sinks(count: number): { queues: FrameQueue[]; written: Buffer[][] } {
    const joiner = createFrameJoiner({ frames: 0 });
    const written: Buffer[][] = Array.from({ length: count }, () => []);
    const queues = written.map((writes) => joiner.queueFor({ write: (frames) => writes.push(frames) }));
    return { queues, written };
  }
  const text = (writes: readonly Buffer[] | undefined) => writes?.map(String);

  it('gives each sink one write a turn, and the same bytes to those with the same frames', async () => {
    const { queues, written } = sinks(3);
    for (const frame of ['a', 'b', 'c'].map((name) => Buffer.from(name))) {
      queues[0]?.add(frame);
      queues[1]?.add(frame);
      if (String(frame) !== 'b') queues[2]?.add(frame);
    }
    expect(queues.map(({ bytes }) => bytes)).toEqual([3, 3, 2]);
    await turn();
    expect(written.map(text)).toEqual([['abc'], ['abc'], ['ac']]);
    expect(written[0]?.[0]).toBe(written[1]?.[0]);
    expect(queues.map(({ bytes }) => bytes)).toEqual([0, 0, 0]);
  });

  it('keeps each sink’s own order where sequences part and meet again', async () => {
    const { queues, written } = sinks(3);
    const frames = { a: Buffer.from('a'), b: Buffer.from('b'), c: Buffer.from('c') };
    const given = ['abc', 'acb', 'bac'] as const;
    for (let nth = 0; nth < 3; nth += 1) {
      given.forEach((sequence, sink) => void queues[sink]?.add(frames[sequence[nth] as 'a' | 'b' | 'c']));
    }
    await turn();
    expect(written.map(text)).toEqual(given.map((sequence) => [sequence]));
  });

  it('writes before the end of the turn when asked, and the rest after it', async () => {
    const { queues, written } = sinks(1);
    queues[0]?.add(Buffer.from('a'));
    queues[0]?.flush();
    queues[0]?.add(Buffer.from('b'));
    expect(text(written[0])).toEqual(['a']);
    await turn();
    expect(text(written[0])).toEqual(['a', 'b']);
    queues[0]?.flush();
    expect(written[0]).toHaveLength(2);
  });
});
