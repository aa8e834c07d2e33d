import fc from 'fast-check';
import { createCursor, readCursor } from './cursor';

const EPOCH = '8f14e45fceea167a5a36dedd4bea2543';

describe('a cursor', () => {
  it('is told by place, in the order of the channels', () => {
    const cursor = createCursor([undefined, { offset: 3, epoch: EPOCH }, undefined]);
    expect(cursor.id).toBe(`${EPOCH}:-,3,-`);
    cursor.move(0, { offset: 7, epoch: EPOCH });
    cursor.advance(0, 8);
    expect(cursor.id).toBe(`${EPOCH}:8,3,-`);
  });

  it('calls positions lost that are of another epoch than the newest', () => {
    const cursor = createCursor([
      { offset: 4, epoch: 'old' },
      { offset: 5, epoch: 'old' },
    ]);
    cursor.move(0, { offset: 1, epoch: 'new' });
    expect(cursor.id).toBe('new:1,!');
    expect(readCursor(cursor.id, 2)).toEqual([
      { offset: 1, epoch: 'new' },
      { offset: 0, epoch: '' },
    ]);
    expect(createCursor(readCursor('new:!,!', 2) ?? []).id).toBe(':!,!');
  });

  it('comes back from its text as it was, whatever the epoch, and stays below a kilobyte', () => {
    const place = fc.option(fc.nat({ max: Number.MAX_SAFE_INTEGER }), { nil: undefined });
    const offsets = fc.array(place, { minLength: 1, maxLength: 32 });
    fc.assert(
      fc.property(fc.uuid(), offsets, (epoch, given) => {
        const since = given.map((offset) => (offset === undefined ? undefined : { offset, epoch }));
        const { id } = createCursor(since);
        expect(readCursor(id, since.length)).toEqual(since);
        expect(id.length).toBeLessThan(1_024);
      }),
    );
  });

  it.each([
    '',
    'e',
    'e:',
    ':',
    'e:1',
    'e:1,2,3',
    'e:1,-2',
    'e:1,x',
    '%:1,2',
    `${'e'.repeat(200)}:1,2`,
    'e:1,99999999999999999',
  ])('is not what %j says', (text) => {
    expect(readCursor(text, 2)).toBeUndefined();
  });

  it('answers anything at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[^:]*:[-!0-9,]*$/)),
        fc.nat({ max: 32 }),
        (text, channels) => {
          const places = readCursor(text, channels);
          expect(places?.length ?? channels).toBe(channels);
        },
      ),
    );
  });
});
