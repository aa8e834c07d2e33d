import { randomUUID } from 'node:crypto';
import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '../testing/log';
import { stock, stockCheck } from '../testing/queries';
import { QUERY_QUEUE, type QueueTransport, type ReceivedMessage } from '../transport/transport';
import { type Answering, startAnswering } from './answering';
import { createResponderRegistry } from './responder';

/** A queue in memory that tells, in their order, its receives and what is sent to it; what is sent comes to nobody. */
function fakeQueue() {
  const ready: ReceivedMessage[] = [];
  const told: string[] = [];
  let wake: (() => void) | undefined;
  const transport = {
    async receive(_queue, { max = 10, signal }) {
      told.push('receive');
      if (ready.length === 0)
        await new Promise<void>((resolve, reject) => {
          wake = resolve;
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
      return ready.splice(0, max);
    },
    async send(queue, bodies) {
      told.push(`send to ${queue}`);
      return bodies.map(() => undefined);
    },
    delete: async () => undefined,
    changeVisibility: async () => undefined,
    close: () => undefined,
  } as Partial<QueueTransport> as QueueTransport;
  return {
    transport,
    told,
    put(...bodies: readonly string[]) {
      ready.push(...bodies.map((body) => ({ messageId: body, receipt: randomUUID(), body, receiveCount: 1 })));
      wake?.();
    },
  };
}

const question = (version: number) =>
  JSON.stringify({
    question: randomUUID(),
    type: stockCheck.type,
    version,
    data: { productId: '123', requestedQuantity: 1 },
    sourceModule: 'test',
    actor: 'system',
    correlationId: randomUUID(),
    traceparent: null,
    deadline: Date.now() + 60_000,
  });
const own = () => question(1);
const foreign = () => question(2);

describe('a worker to which a question comes that it does not answer', () => {
  let database: TestDatabase;
  let answering: Answering | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await answering?.stop(10);
    answering = undefined;
  });
  afterAll(() => database.drop());

  async function start(...bodies: readonly string[]) {
    const queue = fakeQueue();
    queue.put(...bodies);
    const responders = createResponderRegistry([stock]);
    const notifier = { committed: () => undefined, close: async () => undefined };
    const { transport } = queue;
    answering = await startAnswering(
      { database, notifier, transport, responders, log: createTestLog(), now: () => new Date(), worker: 'test' },
      { waitSeconds: 1 },
    );
    return { ...queue, answering };
  }
  const sent = `send to ${QUERY_QUEUE}`;

  test('lets others go first when it came alone', async () => {
    const { told } = await start(foreign(), foreign());
    await eventually('another receive', () => told.filter((what) => what === 'receive').length === 2);
    expect(told).toEqual(['receive', sent, sent, 'receive']);
  });

  test('goes on with its own when some came too', async () => {
    const { told, put, answering } = await start(foreign(), own());
    await eventually('the question to be passed on', () => told.includes(sent));
    expect(told).toEqual(['receive', 'receive', sent]);
    put(own());
    await eventually('both answers', () => answering.counts().answered === 2);
  });

  test('ends without waiting, and passes it on before', async () => {
    const { told, answering } = await start(foreign());
    await eventually('the receive', () => told.length > 0);
    // What it brought is taken in the same turn.
    await new Promise((resolve) => setImmediate(resolve));
    const stoppedAt = performance.now();
    await answering.stop(5_000);
    expect(told).toEqual(['receive', sent]);
    expect(performance.now() - stoppedAt).toBeLessThan(200);
  });
});
