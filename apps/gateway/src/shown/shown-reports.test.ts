import { createShownReports } from './shown-reports';

test('what a connection says of a channel counts as far as it was sent it, a hundred messages a report', () => {
  const added: string[] = [];
  const take = createShownReports({
    writer: { add: ({ channel, offset, shownAt }) => added.push(`${channel} ${offset} ${shownAt}`) },
    userId: 'u',
    connectionId: 'c',
    sentThrough: (channel) => ({ followed: 3, long: 10_000 })[channel],
    limits: { shownBurst: 1_000, shownPerSecond: 1 },
    now: () => 5_000,
  });
  const report = (channel: string, from: number, to?: number) =>
    take([{ channel, from, ...(to === undefined ? {} : { to }), agoMs: 40, waitedMs: 0, tab: 't' }]);
  report('followed', 2, 9);
  report('followed', 4);
  report('followed', 3, 1);
  report('other', 1);
  expect(added).toEqual(['followed 2 4960', 'followed 3 4960']);
  report('long', 1, Number.MAX_SAFE_INTEGER);
  expect(added).toHaveLength(102);
});
