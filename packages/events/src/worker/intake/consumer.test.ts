import { eventually } from '@skelly/testkit';
import { createTestLog } from '../../testing/log';
import type { QueueTransport, ReceivedMessage } from '../../transport/transport';
import { type Consumer, startConsumer } from './consumer';

/** A queue in memory that says what was asked of it; a poll ends when a message comes, is aborted, or is told to. */
function fakeQueue() {
  const ready: ReceivedMessage[] = [];
  const asked: number[] = [];
  const deleted: string[] = [];
  const returned: string[] = [];
  const renewed: string[][] = [];
  let waiting: (() => void) | undefined;
  const transport = {
    async receive(_queue, { max = 10, signal }) {
      asked.push(max);
      if (ready.length === 0) {
        await new Promise<void>((resolve, reject) => {
          waiting = resolve;
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
      }
      return ready.splice(0, max);
    },
    delete: async (_queue, receipts) => void deleted.push(...receipts),
    changeVisibility: async (_queue, receipts, seconds) =>
      void (seconds > 1 ? renewed.push([...receipts]) : returned.push(...receipts)),
  } as Partial<QueueTransport> as QueueTransport;
  return {
    transport,
    asked,
    deleted,
    returned,
    renewed,
    put(...ids: string[]) {
      ready.push(...ids.map((id) => ({ messageId: id, receipt: id, body: id, receiveCount: 1 })));
      waiting?.();
    },
    endPoll: () => waiting?.(),
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns += 1) {
    if (turns > 10_000) throw new Error('it did not come to that');
    await turn();
  }
}

describe('startConsumer', () => {
  const gate = { opened: async () => undefined, close: () => undefined, release: () => undefined };
  const started: string[] = [];
  const ends = new Map<string, { resolve: (nothing?: unknown) => void; reject: (error: Error) => void }>();
  let consumer: Consumer;

  function start(queue: ReturnType<typeof fakeQueue>, concurrency: number, visibilityTimeout = 30): void {
    started.length = 0;
    consumer = startConsumer(
      {
        transport: queue.transport,
        log: createTestLog(),
        gate,
        process: ({ messageId }) => {
          started.push(messageId);
          return new Promise((resolve, reject) => ends.set(messageId, { resolve, reject }));
        },
      },
      { queue: 'main', concurrency, waitSeconds: 1, visibilityTimeout },
    );
  }

  test('never has more in hand than it may, and takes another as soon as one is done', async () => {
    const queue = fakeQueue();
    queue.put('a', 'b', 'c', 'd');
    start(queue, 1);
    await until(() => started.length === 2);
    await turn();
    expect(started).toEqual(['a', 'b']);
    ends.get('b')?.resolve();
    await until(() => started.length === 3);
    expect(started).toEqual(['a', 'b', 'c']);
    expect(queue.asked).toEqual([2, 1]);
    for (const id of ['a', 'c']) ends.get(id)?.resolve();
    await until(() => started.length === 4);
    ends.get('d')?.resolve();
    queue.endPoll();
    await until(() => queue.deleted.length === 4);
    const stopping = consumer.stop(1_000);
    queue.endPoll();
    await stopping;
    expect(queue.returned).toEqual([]);
  });

  test('gives back what failed, and deletes what did not', async () => {
    const queue = fakeQueue();
    queue.put('good', 'bad');
    start(queue, 5);
    await until(() => started.length === 2);
    ends.get('good')?.resolve();
    ends.get('bad')?.reject(new Error('no'));
    await until(() => queue.returned.length === 1 && queue.deleted.length === 1);
    expect([queue.returned, queue.deleted]).toEqual([['bad'], ['good']]);
    const stopping = consumer.stop(1_000);
    queue.endPoll();
    await stopping;
  });

  test('hides what is in hand for longer, in one call, and nothing that has ended', async () => {
    const queue = fakeQueue();
    queue.put('long', 'short', 'longer');
    start(queue, 5, 2);
    await until(() => started.length === 3);
    ends.get('short')?.resolve();
    await until(() => queue.deleted.length === 1);
    await eventually('a renewal', () => queue.renewed.length >= 2);
    expect(queue.renewed[0]).toEqual(['long', 'longer']);
    for (const id of ['long', 'longer']) ends.get(id)?.resolve();
    await until(() => queue.deleted.length === 3);
    const renewals = queue.renewed.length;
    const stopping = consumer.stop(1_000);
    queue.endPoll();
    await stopping;
    expect(queue.renewed).toHaveLength(renewals);
  });

  test('a stop gives back at once what its last poll brings', async () => {
    const queue = fakeQueue();
    start(queue, 5);
    await until(() => queue.asked.length === 1);
    const stopping = consumer.stop(1_000);
    queue.put('late');
    await stopping;
    expect([started, queue.returned]).toEqual([[], ['late']]);
  });

  test('a stop keeps to its deadline: it breaks off a long poll and gives back what hangs', async () => {
    const queue = fakeQueue();
    queue.put('hanging');
    start(queue, 5);
    await until(() => started.length === 1 && queue.asked.length === 2);
    await consumer.stop(20);
    expect(queue.returned).toEqual(['hanging']);
    expect(queue.deleted).toEqual([]);
  });
});
