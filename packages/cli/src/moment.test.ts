import { readMoment } from './moment';

const now = new Date('2026-11-22T08:00:00Z');

test.each([
  ['90s', '2026-11-22T07:58:30.000Z'],
  ['7d', '2026-11-15T08:00:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T10:00:00+02:00', '2026-11-20T08:00:00.000Z'],
])('%p is a moment', (given, expected) => {
  expect(readMoment('--since', given, now).toISOString()).toBe(expected);
});

test.each(['yesterday', '7w', '2026-11-20T10:00:00', '2026-13-40', ''])(
  '%p is none, and the text says what is',
  (given) => {
    expect(() => readMoment('--since', given, now)).toThrow(/--since is a time ago \(90s, 30m, 2h, 7d\).*not "/);
  },
);
