import { createTestLog } from '../testing/log';
import type { QueueDepth, QueueTransport } from '../transport/transport';
import { ASK_EVERY_MS, createDepthGauge } from './depth';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('createDepthGauge', () => {
  let time = 0;
  let asked = 0;
  let rooms = 0;
  let answer: QueueDepth | Error;
  const holding = (visible: number): QueueDepth => ({ visible, inFlight: 0, delayed: 0 });
  const transport = {
    depth: async () => {
      asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as Partial<QueueTransport> as QueueTransport;
  const start = () =>
    createDepthGauge(
      { transport, log: createTestLog(), now: () => new Date(time), onRoom: () => (rooms += 1) },
      { maxQueueDepth: 100 },
    );
  beforeEach(() => {
    time = 0;
    asked = 0;
    rooms = 0;
    answer = holding(0);
  });

  test('counts what was sent since the last answer, and asks once a second at most', async () => {
    const gauge = start();
    gauge.sent('main', 60);
    await turn();
    gauge.sent('main', 60);
    expect([asked, gauge.isFull('main'), gauge.isFull('mail')]).toEqual([1, false, false]);
    gauge.sent('main', 40);
    expect([asked, gauge.isFull('main')]).toEqual([1, true]);
  });

  test('a full queue is open again when it tells that there is room', async () => {
    const gauge = start();
    answer = holding(100);
    gauge.sent('main', 1);
    await turn();
    expect(gauge.isFull('main')).toBe(true);
    time += ASK_EVERY_MS;
    answer = { visible: 20, inFlight: 30, delayed: 49 };
    expect([gauge.isFull('main'), rooms]).toEqual([true, 0]);
    await turn();
    expect([gauge.isFull('main'), asked, rooms]).toEqual([false, 2, 1]);
  });

  test('what is sent while the question is under way counts on', async () => {
    const gauge = start();
    answer = holding(50);
    gauge.sent('main', 40);
    gauge.sent('main', 50);
    await turn();
    expect(gauge.isFull('main')).toBe(true);
  });

  test('a queue that does not tell counts as empty', async () => {
    const gauge = start();
    answer = new Error('throttled');
    gauge.sent('main', 100);
    await turn();
    expect(gauge.isFull('main')).toBe(false);
  });
});
