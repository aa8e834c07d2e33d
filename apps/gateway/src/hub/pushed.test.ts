import { bringForward, type PushedRow } from './pushed';

describe('a pushed message that the follower comes upon', () => {
  const ISO = '2026-11-22T04:21:00.123Z';
  const text = ['user:a', 'event', '', String(Date.parse(ISO)), '{"a":1}'].join('\u001f');
  const row = (more: Partial<PushedRow> = {}): PushedRow => ({
    position: 1,
    channel: 'user:1',
    offset: 2,
    type: 'user:a',
    epoch: 'e',
    message: text,
    ...more,
  });
  function bring(given: PushedRow, isBehind = true) {
    const calls: unknown[][] = [];
    const note =
      (name: string) =>
      (...values: unknown[]) =>
        void calls.push([name, ...values]);
    bringForward({ isBehind: () => isBehind, offer: note('offer'), advance: note('advance') }, given);
    return calls;
  }

  it('is offered as it was stored', () => {
    const message = { prev: 1, offset: 2, type: 'user:a', eventId: 'event', correlationId: undefined, at: ISO };
    expect(bring(row())).toEqual([['offer', 'user:1', 'e', { ...message, dataJson: '{"a":1}' }]]);
  });

  it('is read by its channel when it is too large to be read ahead', () => {
    expect(bring(row({ message: null }))).toEqual([['advance', 'user:1', 2]]);
  });

  it('is passed over where a hint has brought it, or nobody listens', () => {
    expect(bring(row(), false)).toEqual([]);
  });
});
