import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
} from '@aws-sdk/client-sqs';
import { createTestQueues, eventually, type TestQueues } from '@skelly/testkit';
import { createSqsTransport } from './sqs';
import { deadLetterQueue, MAX_BATCH_BYTES, MAX_MESSAGE_BYTES, type ReceivedMessage } from './transport';

/** The contract of the queue port, on whichever server AWS_ENDPOINT_URL_SQS names. */
describe.each([
  ['by the fast path', true],
  ['by the SDK alone', false],
])('the SQS transport %s', (_name, fastPath) => {
  // Each test has queues of its own, so that one that fails leaves nothing to the next.
  let queues: TestQueues;
  const doubts: string[] = [];
  beforeEach(async () => {
    doubts.length = 0;
    queues = createTestQueues({ visibilityTimeout: 30, fastPath, onDoubt: (_queue, why) => doubts.push(why) });
    await queues.ensureQueue('main');
  });
  afterEach(async () => {
    await queues.drop();
    // Otherwise the SDK would have passed the test in the fast path's name.
    expect(doubts).toEqual([]);
  });

  /** Receives and deletes until `count` messages have come. */
  async function take(queue: string, count: number): Promise<readonly ReceivedMessage[]> {
    const taken: ReceivedMessage[] = [];
    await eventually(
      `${count} messages`,
      async () => {
        const messages = await queues.receive(queue, { waitSeconds: 1 });
        await queues.delete(
          queue,
          messages.map((message) => message.receipt),
        );
        taken.push(...messages);
        return taken.length >= count;
      },
      { withinMs: 20_000 },
    );
    return taken;
  }

  test('creates a queue and its dead-letter queue once, however often and by however many', async () => {
    await Promise.all([
      queues.ensureQueue('made'),
      queues.connect().ensureQueue('made'),
      queues.connect().ensureQueue('made'),
    ]);
    await queues.connect().ensureQueue('made');
    const { QueueUrls = [] } = await queues.client.send(
      new ListQueuesCommand({ QueueNamePrefix: `${queues.prefix}made` }),
    );
    expect(QueueUrls.map((url) => url.split('/').at(-1)).sort()).toEqual([
      `${queues.prefix}made`,
      `${queues.prefix}${deadLetterQueue('made')}`,
    ]);
    const { Attributes = {} } = await queues.client.send(
      new GetQueueAttributesCommand({
        QueueUrl: QueueUrls.find((url) => url.endsWith('made')) as string,
        AttributeNames: ['All'],
      }),
    );
    // A server may not tell the retention.
    expect({ MessageRetentionPeriod: '1209600', ...Attributes }).toMatchObject({
      VisibilityTimeout: '30',
      MessageRetentionPeriod: '1209600',
    });
    const redrive = JSON.parse(Attributes['RedrivePolicy'] as string);
    expect(redrive.deadLetterTargetArn).toMatch(new RegExp(`${queues.prefix}made-dlq$`));
    expect(Number(redrive.maxReceiveCount)).toBe(5);
  });

  test('corrects the settings of a queue that exists with others', async () => {
    const other = createTestQueues({ visibilityTimeout: 77, fastPath });
    const [older, newer] = [other, other.connect()];
    await older.ensureQueue('settings');
    const { QueueUrl } = await queues.client.send(new GetQueueUrlCommand({ QueueName: `${other.prefix}settings` }));
    await newer.ensureQueue('settings');
    const { Attributes = {} } = await queues.client.send(
      new GetQueueAttributesCommand({ QueueUrl: QueueUrl as string, AttributeNames: ['VisibilityTimeout'] }),
    );
    expect(Attributes['VisibilityTimeout']).toBe('77');
    await other.drop();
  });

  test('carries bodies as they are, and each message until it is deleted', async () => {
    const bodies = [
      'plain',
      '{"json":"\\u0001 é 漢字 <&> \\"quoted\\""}',
      'line\nbreak\ttab',
      'x'.repeat(MAX_MESSAGE_BYTES - 2_000),
    ];
    expect(await queues.send('main', bodies)).toEqual(bodies.map(() => undefined));
    const taken = await take('main', bodies.length);
    expect(taken.map((message) => message.body).sort()).toEqual([...bodies].sort());
    expect(new Set(taken.map((message) => message.messageId)).size).toBe(bodies.length);
    expect(taken.every((message) => message.receiveCount === 1)).toBe(true);
    expect(await queues.receive('main', { waitSeconds: 0 })).toEqual([]);
  });

  test('takes a full batch of ten and of the most bytes', async () => {
    const bodies = Array.from({ length: 10 }, (_, index) => String(index).repeat(Math.floor(MAX_BATCH_BYTES / 10) - 1));
    expect(await queues.send('main', bodies)).toEqual(bodies.map(() => undefined));
    expect(await take('main', 10)).toHaveLength(10);
  });

  test('a long poll ends when a message comes', async () => {
    const startedAt = Date.now();
    const receiving = queues.receive('main', { waitSeconds: 10 });
    await queues.connect().send('main', ['wake up']);
    const [message] = await receiving;
    expect(message?.body).toBe('wake up');
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    await queues.delete('main', [message?.receipt as string]);
  });

  test('a message given back comes again at once, and counts its deliveries', async () => {
    await queues.send('main', ['again']);
    const [first] = await queues.receive('main', { waitSeconds: 5 });
    await queues.changeVisibility('main', [first?.receipt as string], 0);
    const [second] = await queues.receive('main', { waitSeconds: 5 });
    expect(second).toMatchObject({ messageId: first?.messageId, receiveCount: 2 });
    await queues.delete('main', [second?.receipt as string]);
  });

  test('visibility can be extended, and a message that is hidden is not delivered', async () => {
    await queues.send('main', ['hidden']);
    const [message] = await queues.receive('main', { waitSeconds: 5 });
    await queues.changeVisibility('main', [message?.receipt as string], 60);
    expect(await queues.receive('main', { waitSeconds: 1 })).toEqual([]);
    const { inFlight } = await queues.depth('main');
    expect(inFlight).toBe(1);
    await queues.delete('main', [message?.receipt as string]);
    await eventually('an empty queue', async () => {
      const depth = await queues.depth('main');
      return depth.visible + depth.inFlight + depth.delayed === 0;
    });
  });

  test('deleting twice, or what was never received, is no error', async () => {
    await queues.send('main', ['once']);
    const [message] = await queues.receive('main', { waitSeconds: 5 });
    const receipt = message?.receipt as string;
    await queues.delete('main', [receipt]);
    await queues.delete('main', [receipt, receipt]);
    await queues.delete('main', []);
    await queues.changeVisibility('main', [receipt], 0);
    expect(await queues.receive('main', { waitSeconds: 0 })).toEqual([]);
  });

  test('deletes more than ten at a time', async () => {
    for (let batch = 0; batch < 3; batch += 1)
      await queues.send(
        'main',
        Array.from({ length: 10 }, (_, index) => `${batch}-${index}`),
      );
    const receipts: string[] = [];
    await eventually('30 messages in hand', async () => {
      receipts.push(...(await queues.receive('main', { waitSeconds: 1 })).map((message) => message.receipt));
      return receipts.length === 30;
    });
    await queues.delete('main', receipts);
    await eventually('an empty queue', async () => {
      const { visible, inFlight } = await queues.depth('main');
      return visible + inFlight === 0;
    });
  });

  test('moves a message to the dead-letter queue after five deliveries', async () => {
    await queues.ensureQueue('deadly');
    await queues.send('deadly', ['poison']);
    for (let delivery = 1; delivery <= 5; delivery += 1) {
      const [message] = await queues.receive('deadly', { waitSeconds: 5 });
      expect(message?.receiveCount).toBe(delivery);
      await queues.changeVisibility('deadly', [message?.receipt as string], 0);
    }
    const dead = await eventually('the poison in the dead-letter queue', async () => {
      expect(await queues.receive('deadly', { waitSeconds: 0 })).toEqual([]);
      return (await queues.receive(deadLetterQueue('deadly'), { waitSeconds: 1 }))[0];
    });
    expect(dead.body).toBe('poison');
  });

  test('a queue that vanished is created again by whatever needs it', async () => {
    await queues.ensureQueue('forgotten');
    const { QueueUrl } = await queues.client.send(new GetQueueUrlCommand({ QueueName: `${queues.prefix}forgotten` }));
    await queues.client.send(new DeleteQueueCommand({ QueueUrl: QueueUrl as string }));
    // AWS keeps a deleted queue's name for a minute; until then the call fails, and is tried again by whoever made it.
    await eventually(
      'a queue that takes messages again',
      () =>
        queues.send('forgotten', ['back']).then(
          () => true,
          () => false,
        ),
      { withinMs: 90_000 },
    );
    expect((await take('forgotten', 1)).map((message) => message.body)).toEqual(['back']);
  }, 120_000);

  test('a server that is away is an error, not a wait without end', async () => {
    const nowhere = createSqsTransport({
      endpoint: 'http://127.0.0.1:9',
      region: 'us-east-1',
      prefix: 'x-',
      visibilityTimeout: 30,
      fastPath,
    });
    await expect(nowhere.send('main', ['x'])).rejects.toThrow();
    nowhere.close();
  });

  test('a server that takes requests and never answers is an error too', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const transport = createSqsTransport({
      endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      region: 'us-east-1',
      prefix: 'x-',
      visibilityTimeout: 30,
      answerWithinMs: 100,
      fastPath,
    });
    await expect(transport.send('main', ['x'])).rejects.toThrow(/timed? ?out|did not/i);
    transport.close();
    silent.close();
  });

  test('what the server does not say that it took counts as not taken', async () => {
    const vague = createHttpServer((request, response) => {
      const isSend = request.headers['x-amz-target'] === 'AmazonSQS.SendMessageBatch';
      const answer = isSend ? { Successful: [{ Id: '0', MessageId: 'm' }] } : { QueueUrl: 'http://x/0/main' };
      request.resume().on('end', () => response.end(JSON.stringify(answer)));
    }).listen(0, '127.0.0.1');
    await once(vague, 'listening');
    const transport = createSqsTransport({
      endpoint: `http://127.0.0.1:${(vague.address() as AddressInfo).port}`,
      region: 'us-east-1',
      prefix: 'x-',
      visibilityTimeout: 30,
      fastPath,
    });
    expect(await transport.send('main', ['taken', 'passed over'])).toEqual([
      undefined,
      expect.objectContaining({ code: 'NotMentioned' }),
    ]);
    transport.close();
    vague.close();
  });
});

test('a request handler of its own carries everything: the fast path does not know its way', async () => {
  const queues = createTestQueues();
  const handled: unknown[] = [];
  const inner = queues.client.config.requestHandler;
  const requestHandler: typeof inner = {
    ...inner,
    handle(request, options) {
      handled.push(request.headers['x-amz-target']);
      return inner.handle(request, options);
    },
  };
  const { endpoint, prefix } = queues;
  const transport = createSqsTransport({
    endpoint,
    region: 'us-east-1',
    prefix,
    visibilityTimeout: 30,
    requestHandler,
  });
  await transport.ensureQueue('main');
  await transport.send('main', ['by its own way']);
  expect(handled).toContain('AmazonSQS.SendMessageBatch');
  transport.close();
  await queues.drop();
});
