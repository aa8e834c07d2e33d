import { createHotStream } from './hot-stream';

const entry = (offset: number, size = 1) => ({ offset, frame: { text: Buffer.alloc(0), message: Buffer.alloc(size) } });
const offsets = (entries: readonly { offset: number }[] | undefined) => entries?.map(({ offset }) => offset);

describe('hot stream', () => {
  it('judges by the offset before', () => {
    const stream = createHotStream(5, { hotMessages: 10, hotBytes: 100 });
    expect(stream.judge({ prev: 4, offset: 5 })).toBe('known');
    expect(stream.judge({ prev: 5, offset: 6 })).toBe('next');
    expect(stream.judge({ prev: 6, offset: 7 })).toBe('ahead');
  });

  it('gives what follows an offset, or nothing when it cannot give all of it', () => {
    const stream = createHotStream(5, { hotMessages: 2, hotBytes: 100 });
    for (const offset of [6, 7, 8]) stream.append(entry(offset), 0);
    expect(stream).toMatchObject({ head: 8, floor: 6 });
    expect(offsets(stream.after(6))).toEqual([7, 8]);
    expect(offsets(stream.after(8))).toEqual([]);
    expect(stream.after(5)).toBeUndefined();
    expect(stream.after(9)).toBeUndefined();
  });

  it('is bounded by bytes and by age, even for one large message', () => {
    const stream = createHotStream(0, { hotMessages: 10, hotBytes: 10 });
    stream.append(entry(1, 6), 100);
    stream.append(entry(2, 6), 200);
    expect(stream.floor).toBe(1);
    stream.append(entry(3, 11), 300);
    expect(stream).toMatchObject({ head: 3, floor: 3 });
    stream.append(entry(4), 400);
    stream.forgetBefore(401);
    expect(stream.floor).toBe(4);
  });

  it('steps over offsets that are void', () => {
    const stream = createHotStream(5, { hotMessages: 10, hotBytes: 100 });
    stream.skipTo(9);
    expect(offsets(stream.after(5))).toEqual([]);
    expect(stream.judge({ prev: 9, offset: 12 })).toBe('next');
  });
});
