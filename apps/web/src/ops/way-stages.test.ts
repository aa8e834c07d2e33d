import type { OpsEventWay } from '@skelly/types/ops';
import { shownWords, stagesOf } from './way-stages';

const at = (ms: number) => new Date(1_800_000_000_000 + ms).toISOString();

const way: OpsEventWay = {
  position: 1,
  eventId: '019a4c1e-0000-7000-8000-000000000001',
  type: 'notification:created',
  version: 1,
  subject: 'user:1',
  sourceModule: 'notification',
  actor: 'handler:user.welcome-notification',
  correlationId: '019a4c1e-0000-7000-8000-000000000002',
  causationId: null,
  occurredAt: at(9),
  data: {},
  origin: { occurredAt: at(0), actor: 'user:1' },
  handlers: [],
  replays: [],
  pushes: [
    {
      channel: 'user:1',
      offset: 7,
      pushedAt: at(8),
      shown: { tabs: 2, members: 1, firstAt: at(14), lastAt: at(20) },
    },
  ],
};
const lines = (of: OpsEventWay) =>
  stagesOf(of).map(({ name, from, to, word }) => `${name}: ${from ?? '-'} to ${to ?? '-'}, ${word}`);

describe('the way of an event', () => {
  it('goes from what caused it to the screens, and no stage begins before the one that it follows', () => {
    expect(lines(way)).toEqual(['Emitted: 0 to 9, 9 ms', 'Pushed: 9 to 9, 0 ms', 'Shown · 2 tabs: 9 to 14, 5 ms']);
    expect(shownWords(way)).toBe('Shown in 2 tabs, 14 ms after the click.');
  });

  it('does not say that it was shown before somebody has reported it', () => {
    const hidden = { ...way, pushes: way.pushes.map((push) => ({ ...push, shown: null })) };
    expect(lines(hidden).at(-1)).toBe('Shown: - to -, not yet');
    expect(shownWords(hidden)).toBeUndefined();
  });

  it('has every try of every handler', () => {
    const handler = { handler: 'a.b', queue: 'main', status: 'finished' as const, attempt: 2, waits: null };
    const times = { relayedAt: at(12), receivedAt: at(15), startedAt: at(90), finishedAt: at(94) };
    const failedTries = [{ attempt: 1, startedAt: at(16), failedAt: at(20), error: 'no' }];
    expect(lines({ ...way, pushes: [], handlers: [{ ...handler, ...times, failedTries }] })).toEqual([
      'Emitted: 0 to 9, 9 ms',
      'Relayed: 9 to 12, 3 ms',
      'Received: 12 to 15, 3 ms',
      'a.b: 16 to 20, try 1',
      'a.b: 90 to 94, 4 ms',
    ]);
  });

  it('leaves out the hours that a timer has waited, in the drawing and not in the words', () => {
    const timer = { ...way, origin: { occurredAt: at(-4 * 3_600_000), actor: 'system' } };
    expect(lines(timer)[0]).toBe('Emitted: 0 to 0, 0 ms');
    expect(shownWords(timer)).toBe('Shown in 2 tabs, 240 min after its origin.');
  });
});
