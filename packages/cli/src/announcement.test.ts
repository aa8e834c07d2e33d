import { readUntil } from './announcement';

describe('the time that an announcement ends', () => {
  const now = new Date('2026-11-21T12:00:00Z');

  it.each([
    ['90m', '2026-11-21T13:30:00.000Z'],
    ['2h', '2026-11-21T14:00:00.000Z'],
    ['3d', '2026-11-24T12:00:00.000Z'],
    ['2027-01-31T18:00Z', '2027-01-31T18:00:00.000Z'],
  ])('may be given as %s', (given, at) => {
    expect(readUntil(given, now).toISOString()).toBe(at);
  });

  it.each(['', '2', '2 hours', 'tomorrow', '2027', '-3h', '2027-13-01T00:00Z'])(
    'is refused as "%s", with what is understood',
    (given) => {
      expect(() => readUntil(given, now)).toThrow(/90m, 2h or 3d/);
    },
  );
});
