import { GetQueueAttributesCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { eventually, type SourceProcess, startFromSource } from '@skelly/testkit';
import { runRetention } from '../retention/retention';
import { createTestAsking, type TestAsking } from '../testing/asking';
import { stock, stockCheck } from '../testing/queries';
import { QUERY_QUEUE } from '../transport/transport';
import { QueryError, type QueryFailure } from './errors';
import { createResponderRegistry, defineResponder } from './responder';

describe('questions', () => {
  let asking: TestAsking;
  const children: SourceProcess[] = [];
  beforeEach(async () => {
    asking = await createTestAsking();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill();
      await child.exit();
    }
    await asking.close();
  });

  const enough = { productId: '123', requestedQuantity: 10 };
  const rows = async (query: string) => (await asking.database.pool.query(query)).rows;
  const depth = async () => {
    const { visible, inFlight } = await asking.queues.depth(QUERY_QUEUE);
    return visible + inFlight;
  };

  /** A process of its own that answers, and can be killed. */
  async function startChild(): Promise<SourceProcess> {
    const { accessKeyId, secretAccessKey } = await asking.queues.client.config.credentials();
    const env = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
    const { database, queues } = asking;
    const args = [database.url, queues.endpoint, queues.prefix];
    const child = startFromSource(`${__dirname}/../..`, 'src/testing/responder-process.ts', env, args);
    children.push(child);
    await child.ready();
    return child;
  }

  async function failure(asked: Promise<unknown>): Promise<QueryError> {
    const error = await asked.then(
      () => undefined,
      (thrown) => thrown,
    );
    if (!(error instanceof QueryError)) throw new Error(`not a QueryError: ${error}`);
    return error;
  }
  const codeOf = async (asked: Promise<unknown>): Promise<QueryFailure> => (await failure(asked)).code;

  test('“Query Pattern (Request-Reply)” of the sources reads as written', async () => {
    await asking.answering([stock]);
    const { queryEvent } = asking.asker();

    // #region ask
    // Query for stock availability
    const response = await queryEvent<typeof stockCheck>(
      'inventory:stock.check',
      {
        productId: '123',
        requestedQuantity: 10,
      },
      'payment_management',
      5000,
    ); // 5 second timeout
    // #endregion

    const said: unknown[] = [];
    if (response.data?.available) {
      said.push('Stock available:', response.data.currentQuantity);
    }
    expect(said).toEqual(['Stock available:', 25]);
    expect(response.answeredBy).toBe('test');
  });

  test('are answered in-process where the responder lives, without a queue', async () => {
    const responders = createResponderRegistry([stock]);
    const asker = asking.asker({ responders, transport: undefined });
    const { data, answeredBy } = await asker.queryEvent(stockCheck, enough, 'test');
    expect(data).toEqual({ available: true, currentQuantity: 25 });
    expect(answeredBy).toBe('inventory.stock');
    expect(await codeOf(asker.queryEvent(stockCheck, { ...enough, productId: 'never' }, 'test', 50))).toBe(
      'query_timeout',
    );
    expect(await codeOf(asker.queryEvent(stockCheck, { ...enough, productId: '666' }, 'test'))).toBe(
      'query_responder_failed',
    );
    expect(await rows('select from event_responder')).toEqual([]);
  });

  test('of many at once, from two processes to two others, each gets its own answer', async () => {
    const echo = (worker: string) =>
      asking.answering(
        [
          defineResponder({
            id: 'inventory.echo',
            on: stockCheck,
            answer: ({ requestedQuantity }) => ({ available: true, currentQuantity: requestedQuantity }),
          }),
        ],
        worker,
      );
    await Promise.all([echo('one'), echo('two')]);
    const askers = [asking.asker(), asking.asker()];
    const asked = Array.from({ length: 200 }, (_, index) =>
      askers[index % 2]!.queryEvent(stockCheck, { productId: '1', requestedQuantity: index + 1 }, 'test', 30_000),
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ data }) => data.currentQuantity)).toEqual(asked.map((_, index) => index + 1));
    expect(askers.map((asker) => asker.counts())).toEqual([
      { asked: 100, answered: 100, timedOut: 0, late: 0 },
      { asked: 100, answered: 100, timedOut: 0, late: 0 },
    ]);
    expect(await rows('select from event_reply')).toEqual([]);
    const [{ listeners }] = await rows(
      `select count(*)::int as listeners from pg_stat_activity where datname = current_database() and application_name = 'skelly-answers'`,
    );
    expect(listeners).toBe(2);
    await eventually('the queue to be empty', async () => (await depth()) === 0);
  }, 40_000);

  test('without an answer end at their time, and a late answer is dropped and counted', async () => {
    const release: (() => void)[] = [];
    const answering = await asking.answering([
      defineResponder({
        id: 'inventory.slow',
        on: stockCheck,
        answer: () =>
          new Promise<{ available: boolean; currentQuantity: number }>((resolve) => {
            release.push(() => resolve({ available: true, currentQuantity: 1 }));
          }),
      }),
    ]);
    const asker = asking.asker();
    const started = performance.now();
    const asked = failure(asker.queryEvent(stockCheck, enough, 'test', 500));
    await eventually('the question to be heard', () => release.length === 1);
    expect(await asked).toMatchObject({ code: 'query_timeout' });
    expect(performance.now() - started).toBeGreaterThanOrEqual(495);
    release[0]!();
    await eventually('it to be given up', () => answering.counts().late + answering.counts().answered === 1);
    expect(asker.counts()).toMatchObject({ answered: 0, timedOut: 1 });
    expect(await rows('select from event_reply')).toEqual([]);
    await eventually('the queue to be empty', async () => (await depth()) === 0);
  });

  test('whose answer is written when nobody waits any more count as late, and leave no row', async () => {
    const told: string[] = [];
    await asking.answering([stock], 'test', { taken: (query, outcome) => told.push(`took ${query} ${outcome}`) });
    const asker = asking.asker({
      observe: {
        asked: (query, ms, outcome) => told.push(`asked ${query} ${outcome} ${ms > 0 && ms < 10_000}`),
        answerDropped: () => told.push('dropped'),
      },
    });
    await asker.queryEvent(stockCheck, enough, 'test');
    await asking.database.pool.query(`create function slow() returns trigger language plpgsql as $$
      begin perform pg_sleep(0.6); return new; end $$`);
    // Written before the deadline, and visible after it.
    await asking.database.pool.query(
      'create trigger slow before insert on event_reply for each row execute function slow()',
    );
    expect(await codeOf(asker.queryEvent(stockCheck, enough, 'test', 500))).toBe('query_timeout');
    await eventually('the late answer to be dropped', () => asker.counts().late === 1);
    const query = 'inventory:stock.check';
    await eventually('all to be told', () => told.length === 5);
    expect(told.sort()).toEqual([
      `asked ${query} answered true`,
      `asked ${query} query_timeout true`,
      'dropped',
      `took ${query} answered`,
      `took ${query} answered`,
    ]);
    expect(await rows('select from event_reply')).toEqual([]);
  });

  test('that could not be asked count as what it was', async () => {
    const told: string[] = [];
    const asker = asking.asker({
      observe: { asked: (_query, _ms, outcome) => told.push(outcome), answerDropped: () => undefined },
    });
    await codeOf(asker.queryEvent(stockCheck, enough, 'test'));
    await rows('alter table event_responder rename to away');
    await expect(asker.queryEvent(stockCheck, enough, 'test')).rejects.toThrow(/event_responder/);
    await rows('alter table away rename to event_responder');
    await asking.database.pool.query(`insert into event_responder values ('inventory:stock.check', 1, 'x', now())`);
    const transport = { send: async () => Promise.reject(new Error('refused')) };
    const mute = asking.asker({
      transport,
      observe: { asked: (_q, _ms, outcome) => told.push(outcome), answerDropped: () => undefined },
    });
    expect(await codeOf(mute.queryEvent(stockCheck, enough, 'test'))).toBe('query_not_sent');
    expect(told).toEqual(['query_no_responder', 'failed', 'query_not_sent']);
  });

  test('whose asker has died leave a reply that expires and is removed', async () => {
    await asking.answering([stock]);
    const dying = asking.asker();
    const asked = failure(dying.queryEvent(stockCheck, enough, 'test'));
    await dying.close();
    await asked;
    await asking.database.pool.query(
      `insert into event_reply (id, reply, responder, expires_at) values (gen_random_uuid(), '{}', 'x', now() - interval '1 second'),
         (gen_random_uuid(), '{}', 'x', now() + interval '1 minute')`,
    );
    const { url: directUrl } = asking.database;
    const days = { history: 400, processingLog: 90, pushes: 7 };
    const removed = await runRetention({ directUrl, log: asking.log, now: () => new Date() }, days);
    expect(removed?.rows.get('event_reply')).toBe(1);
    expect(await rows('select from event_responder')).toHaveLength(1);
  });

  test('past their deadline are not answered', async () => {
    const { pool } = asking.database;
    await pool.query(`insert into event_responder values ('inventory:stock.check', 1, 'x', now())`);
    const asker = asking.asker();
    expect(await codeOf(asker.queryEvent(stockCheck, enough, 'test', 200))).toBe('query_timeout');
    const heard: unknown[] = [];
    const answering = await asking.answering([
      defineResponder({
        ...stock,
        answer(data) {
          heard.push(data);
          return { available: true, currentQuantity: 1 };
        },
      }),
    ]);
    await eventually('it to be dropped', async () => answering.counts().late === 1 && (await depth()) === 0);
    expect(heard).toEqual([]);
  });

  test('survive the kill -9 of their responder: another answers, and nothing is left', async () => {
    const child = await startChild();
    const asker = asking.asker();
    const asked = asker.queryEvent(stockCheck, { ...enough, productId: 'never' }, 'test', 30_000);
    await eventually('the question to be heard', () => child.output().includes('"asked":"never"'));
    child.kill();
    await child.exit();
    await asking.answering(
      [defineResponder({ ...stock, answer: () => ({ available: false, currentQuantity: 0 }) })],
      'another',
    );
    expect(await asked).toMatchObject({ answeredBy: 'another', data: { currentQuantity: 0 } });
    await eventually('the queue to be empty', async () => (await depth()) === 0);
    expect(await rows('select from event_reply')).toEqual([]);
  }, 60_000);

  test('are answered again after a restart of the only responder', async () => {
    const first = await startChild();
    const asker = asking.asker();
    expect((await asker.queryEvent(stockCheck, enough, 'test')).data.available).toBe(true);
    first.kill();
    await first.exit();
    const asked = asker.queryEvent(stockCheck, enough, 'test', 30_000);
    await startChild();
    expect((await asked).data.available).toBe(true);
  }, 60_000);

  test('are passed on by a worker that does not answer them, and are late when nobody else has come', async () => {
    await asking.database.pool.query(`insert into event_responder values ('inventory:stock.check', 1, 'x', now())`);
    const told: string[] = [];
    const other = defineResponder({
      id: 'inventory.other',
      on: { ...stockCheck, type: 'inventory:other.check' },
      answer: () => ({ available: true, currentQuantity: 1 }),
    });
    await asking.answering([other], 'an older one', {
      taken: (query, outcome) => told.push(`${query} ${outcome}`),
    });
    const asker = asking.asker();
    expect(await codeOf(asker.queryEvent(stockCheck, enough, 'test', 400))).toBe('query_timeout');
    // What it does not answer names no series of metrics.
    await eventually('it to be late', () => told.length === 1);
    expect(told).toEqual(['none late']);
    const asked = asker.queryEvent(stockCheck, enough, 'test', 20_000);
    await eventually('it to be asked', () => asker.counts().asked === 2);
    await asking.answering([stock], 'a newer one');
    expect(await asked).toMatchObject({ answeredBy: 'a newer one', data: { currentQuantity: 25 } });
    await eventually('the queue to be empty', async () => (await depth()) === 0);
  }, 40_000);

  test('that end every worker are given up after three, and who asked is told', async () => {
    await asking.database.pool.query(`insert into event_responder values ('inventory:stock.check', 1, 'x', now())`);
    const asker = asking.asker();
    const asked = failure(asker.queryEvent(stockCheck, enough, 'test', 30_000));
    for (let time = 0; time < 3; time += 1) {
      const [message] = await eventually('the message', async () => {
        const messages = await asking.queues.receive(QUERY_QUEUE, { waitSeconds: 1 });
        return messages.length > 0 && messages;
      });
      await asking.queues.changeVisibility(QUERY_QUEUE, [message!.receipt], 0);
    }
    await asking.answering([stock]);
    expect(await asked).toMatchObject({ code: 'query_responder_failed' });
  }, 40_000);

  test('have a queue that forgets within a minute and has no dead-letter queue', async () => {
    const { client, prefix } = asking.queues;
    const { QueueUrls = [] } = await client.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
    expect(QueueUrls.map((url) => url.split('/').at(-1))).toEqual([`${prefix}${QUERY_QUEUE}`]);
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: QueueUrls[0], AttributeNames: ['MessageRetentionPeriod'] }),
    );
    expect(Attributes).toEqual({ MessageRetentionPeriod: '60' });
  });

  test('nobody answers, or that are wrong, are refused at once and say why', async () => {
    const asker = asking.asker();
    expect(await codeOf(asker.queryEvent(stockCheck, enough, 'test'))).toBe('query_no_responder');
    expect(await codeOf(asker.queryEvent('unheard:of' as never, {} as never, 'test'))).toBe('query_unknown');
    expect(await codeOf(asker.queryEvent(stockCheck, enough, 'test', 0))).toBe('query_timeout_invalid');
    expect(await codeOf(asker.queryEvent(stockCheck, enough, 'test', 60_001))).toBe('query_timeout_invalid');
    const wrong = await failure(asker.queryEvent(stockCheck, { productId: '1', requestedQuantity: -1 }, 'test'));
    expect(wrong).toMatchObject({ code: 'query_data_invalid', issues: [{ path: 'requestedQuantity' }] });
    expect(wrong.message).toMatch(/requestedQuantity/);
    const half = { productId: '\ud800', requestedQuantity: 1 };
    expect(await codeOf(asker.queryEvent(stockCheck, half, 'test'))).toBe('query_data_invalid');
    const mute = asking.asker({ transport: undefined });
    expect(await codeOf(mute.queryEvent(stockCheck, enough, 'test'))).toBe('query_no_way');
  });

  test('of which more are open than may be are refused', async () => {
    await asking.answering([stock]);
    const asker = asking.asker({}, { maxOpen: 2 });
    const open = [1, 2].map(() =>
      failure(asker.queryEvent(stockCheck, { ...enough, productId: 'never' }, 'test', 1_000)),
    );
    expect(await codeOf(asker.queryEvent(stockCheck, enough, 'test'))).toBe('query_too_many');
    await Promise.all(open);
    expect((await asker.queryEvent(stockCheck, enough, 'test')).data.available).toBe(true);
  });

  test('that a responder refuses say its reason; of other failures nothing gets out', async () => {
    await asking.answering([stock]);
    const asker = asking.asker();
    const ask = (productId: string) => failure(asker.queryEvent(stockCheck, { ...enough, productId }, 'test'));
    expect(await ask('404')).toMatchObject({
      code: 'query_refused',
      reason: 'product_unknown',
      message: 'There is no such product.',
    });
    const failed = await ask('666');
    expect(failed.code).toBe('query_responder_failed');
    expect(JSON.stringify([failed.message, failed.cause])).not.toContain('hunter2');
    expect(await ask('odd')).toMatchObject({ code: 'query_reply_invalid' });
    expect(asking.log.lines.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  test('are not harmed by what else is on their queue', async () => {
    const answering = await asking.answering([stock]);
    const bad = ['{', 'null', '[]', '{"type":"use_item"}', JSON.stringify({ question: 'x' })];
    const unknown = {
      question: '00000000-0000-7000-8000-000000000000',
      type: 'inventory:stock.check',
      version: 9,
      data: {},
      sourceModule: 'x',
      actor: 'system',
      correlationId: '00000000-0000-7000-8000-000000000000',
      traceparent: null,
      deadline: Date.now() + 1_500,
    };
    const invalid = { ...unknown, version: 1, deadline: Date.now() + 60_000 };
    await asking.queues.send(QUERY_QUEUE, [...bad, JSON.stringify(unknown), JSON.stringify(invalid)]);
    const asker = asking.asker();
    expect((await asker.queryEvent(stockCheck, enough, 'test')).data.available).toBe(true);
    await eventually('the queue to be empty', async () => (await depth()) === 0);
    expect(answering.counts()).toMatchObject({ unreadable: bad.length });
    expect(await rows("select error ->> 'code' as code from event_reply")).toEqual([{ code: 'query_data_invalid' }]);
    expect(await rows('select from event_dead_letter')).toEqual([]);
  });

  test('may not be asked inside a unit of work', async () => {
    const responders = createResponderRegistry([stock]);
    const { queryEvent, transaction } = asking.asker({ responders });
    const asked = transaction(() => queryEvent(stockCheck, enough, 'test'));
    await expect(asked).rejects.toMatchObject({ code: 'query_inside_unit_of_work' });
  });

  test('that are open when their process stops end, and so does all of it', async () => {
    await asking.answering([stock]);
    const asker = asking.asker();
    const asked = failure(asker.queryEvent(stockCheck, { ...enough, productId: 'never' }, 'test', 60_000));
    await eventually('the question to be on its way', async () => (await depth()) > 0);
    await asker.close();
    expect(await asked).toMatchObject({ code: 'query_closed' });
    expect(await codeOf(asker.queryEvent(stockCheck, enough, 'test'))).toBe('query_closed');
  });
});
