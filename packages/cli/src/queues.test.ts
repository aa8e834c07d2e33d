import { describeDeliveries, describeQueues } from './queues-text';

const now = new Date('2026-11-22T06:00:00Z');
const depth = { visible: 3, inFlight: 1, delayed: 0 };

describe('queues in words', () => {
  it('says how full they are, and when SQS does not', () => {
    const queue = { queue: 'main', handlers: ['a.b', 'a.c'], depth, deadLetterDepth: depth };
    expect(describeQueues([{ ...queue, oldestAt: new Date(now.getTime() - 90_000) }], now)).toBe(
      'main  3 waiting, 1 in flight, 0 delayed, oldest 90 s, 4 in its dead-letter queue\n  a.b, a.c\n',
    );
    expect(describeQueues([{ ...queue, depth: null, deadLetterDepth: null, oldestAt: null }], now)).toBe(
      'main  SQS does not say how full it is, nothing open, 0 in its dead-letter queue\n  a.b, a.c\n',
    );
    expect(describeQueues([], now)).toMatch(/no handler is registered/);
  });

  it('shows a delivery’s data only where it is given', () => {
    const delivery = {
      position: 7,
      eventId: 'e',
      type: 'a:b',
      version: 1,
      subject: 'user:1',
      handler: 'a.b',
      queue: 'main',
      correlationId: 'c',
      occurredAt: now,
      where: 'queue' as const,
    };
    expect(describeDeliveries([delivery])).toBe('7  2026-11-22T06:00:00.000Z  a:b  user:1  a.b  in queue  e\n');
    expect(describeDeliveries([{ ...delivery, data: { text: 'x' } }])).toMatch(/\n {2}\{"text":"x"\}\n$/);
    expect(describeDeliveries([])).toBe('Nothing is open there.\n');
  });
});
