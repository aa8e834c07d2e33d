import { eventually } from '@skelly/testkit';
import { defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { note, noted } from '../testing/contracts';
import { QUERY_QUEUE } from '../transport/transport';
import { listQueues, peekQueue, QueueUnknownError } from './inspect';

describe('looking at queues', () => {
  const handler = defineHandler({ id: 'test.first', on: noted, handle: async () => undefined });
  let backbone: TestBackbone;
  beforeEach(async () => {
    backbone = await createTestBackbone();
    await backbone.route({ 'test:noted': [handler] });
  });
  afterEach(() => backbone.close());
  const emit = (id: string) => backbone.events.emitEvent(noted, note(id), 'test');
  const list = async () => {
    const transport = backbone.queues.connect();
    try {
      return await listQueues({ database: backbone.database, transport });
    } finally {
      transport.close();
    }
  };
  const peek = async () =>
    (await peekQueue(backbone.database, 'main')).map(({ subject, handler: id, where }) => `${subject} ${id} ${where}`);

  test('shows what waits in the outbox, then in the queue, and nothing once it is done', async () => {
    expect(await list()).toEqual([
      {
        queue: 'main',
        handlers: ['test.first'],
        depth: { visible: 0, inFlight: 0, delayed: 0 },
        deadLetterDepth: { visible: 0, inFlight: 0, delayed: 0 },
        oldestAt: null,
      },
    ]);
    await emit('a');
    expect(await peek()).toEqual(['note:a test.first outbox']);
    backbone.relay();
    await eventually('it to be sent', async () => (await peek())[0] === 'note:a test.first queue');
    expect((await list())[0]).toMatchObject({ depth: { visible: 1 }, oldestAt: expect.any(Date) });
    await backbone.worker({ 'test:noted': [handler] });
    await backbone.finished(1);
    expect(await peek()).toEqual([]);
  });

  test('shows the queue of questions once somebody has answered some, and who answers now', async () => {
    await backbone.queues.ensureQueue(QUERY_QUEUE);
    const seen = (responder: string, ago: string) =>
      backbone.database.pool.query(
        `insert into event_responder (type, version, responder, seen_at) values ($1, 1, $1, now() - $2::interval)`,
        [responder, ago],
      );
    await seen('test.gone', '1 hour');
    const question = { queue: 'query', deadLetterDepth: null, oldestAt: null, depth: { visible: 0 } };
    expect((await list()).at(-1)).toMatchObject({ ...question, handlers: [] });
    await seen('test.here', '1 second');
    expect((await list()).at(-1)).toMatchObject({ ...question, handlers: ['test.here'] });
  });

  test('does not receive: what was looked at may be received as often as before', async () => {
    await emit('a');
    backbone.relay();
    await eventually('it to be sent', async () => (await peek())[0] === 'note:a test.first queue');
    for (let nth = 0; nth < 8; nth += 1) await peek();
    const [message] = await backbone.queues.receive('main', { waitSeconds: 5 });
    expect(message?.receiveCount).toBe(1);
  });

  test('names the queues that there are when one is mistyped, and makes none', async () => {
    await expect(peekQueue(backbone.database, 'mian')).rejects.toThrow(QueueUnknownError);
    await expect(peekQueue(backbone.database, 'mian')).rejects.toThrow(/no queue "mian"\. There are: main\./);
  });
});
