import type { OpsEventWay } from '@skelly/types/ops';
import { describeWay } from './events-text';

const at = (ms: number) => new Date(1_800_000_000_000 + ms).toISOString();
const handler = { queue: 'main', relayedAt: at(3), receivedAt: at(4), startedAt: at(5), waits: null };
const way: OpsEventWay = {
  position: 9,
  eventId: '019a4c1e-0000-7000-8000-000000000001',
  type: 'user:registered',
  version: 1,
  subject: 'user:1',
  sourceModule: 'user',
  actor: 'anonymous',
  correlationId: '019a4c1e-0000-7000-8000-000000000002',
  causationId: null,
  occurredAt: at(2),
  data: { name: 'Mara' },
  origin: { occurredAt: at(0), actor: 'anonymous' },
  handlers: [
    {
      ...handler,
      handler: 'a.b',
      status: 'finished',
      attempt: 2,
      finishedAt: at(40),
      failedTries: [{ attempt: 1, startedAt: at(5), failedAt: at(6), error: 'not\nyet' }],
    },
    { ...handler, handler: 'a.c', status: 'dead', attempt: 0, startedAt: null, finishedAt: null, failedTries: [] },
    {
      ...handler,
      handler: 'a.d',
      status: 'waiting',
      attempt: 0,
      relayedAt: null,
      receivedAt: null,
      startedAt: null,
      finishedAt: null,
      waits: { until: at(900), reason: 'no worker' },
      failedTries: [],
    },
  ],
  replays: [
    {
      ...handler,
      handler: 'a.b',
      replay: '019a4c1e-0000-7000-8000-000000000003',
      status: 'finished',
      attempt: 1,
      relayedAt: at(90),
      receivedAt: at(91),
      startedAt: at(92),
      finishedAt: at(93),
      failedTries: [],
    },
  ],
  pushes: [{ channel: 'user:1', offset: 7, pushedAt: at(2), shown: null }],
};

describe('an event’s way in words', () => {
  it('is told in order of time, with what has not happened last', () => {
    const said = describeWay(way);
    const lines = said.split('\n').slice(4, -1);
    expect(lines.map((line) => line.replace(/^ +(\S+Z)? +/, ''))).toEqual([
      '+2 ms  emitted by anonymous',
      '+2 ms  pushed to user:1 at offset 7',
      '+3 ms  a.b: relayed to queue main',
      '+3 ms  a.c: relayed to queue main',
      '+4 ms  a.b: received',
      '+4 ms  a.c: received',
      '+5 ms  a.b: started',
      '+6 ms  a.b: try 1 failed: not yet',
      '+40 ms  a.b: finished at try 2',
      '+90 ms  a.b (replay 019a4c1e-0000-7000-8000-000000000003): relayed to queue main',
      '+91 ms  a.b (replay 019a4c1e-0000-7000-8000-000000000003): received',
      '+92 ms  a.b (replay 019a4c1e-0000-7000-8000-000000000003): started',
      '+93 ms  a.b (replay 019a4c1e-0000-7000-8000-000000000003): finished',
      '–     a.c: dead',
      `–     a.d: waiting until ${at(900)}: no worker`,
      '–     not shown to anybody on user:1',
    ]);
    expect(said).not.toContain('Mara');
    expect(describeWay(way, way.data)).toContain('Mara');
  });
});
