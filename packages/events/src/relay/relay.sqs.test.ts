import { eventually } from '@skelly/testkit';
import { defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { echoed, note, noted } from '../testing/contracts';

/** Events that wait: more than one claim takes. */
const MANY = 2_500;

describe('relays', () => {
  let backbone: TestBackbone;
  const rows = async (query: string) => (await backbone.database.pool.query(query)).rows;
  const pending = async () => (await rows('select count(*) as count from event_outbox'))[0].count as number;
  const depth = async (queue: string) => {
    const { visible, inFlight } = await backbone.queues.depth(queue);
    return visible + inFlight;
  };
  const handle = async () => undefined;
  const emitMany = (count: number) =>
    backbone.events.transaction(async (work) => {
      for (let nth = 0; nth < count; nth += 1) work.emit(echoed, { noteId: `n${nth}` });
    });

  /** Empties a queue, as workers would. */
  async function takeAll(queue: string): Promise<void> {
    for (let more = true; more; ) {
      const messages = await backbone.queues.receive(queue, { waitSeconds: 0 });
      const receipts = messages.map((message) => message.receipt);
      await backbone.queues.delete(queue, receipts);
      more = messages.length > 0;
    }
  }

  beforeEach(async () => {
    backbone = await createTestBackbone();
    await backbone.route({
      'test:echoed': [defineHandler({ id: 'test.main', on: echoed, handle })],
      'test:noted': [defineHandler({ id: 'test.mail', on: noted, queue: 'mail', handle })],
    });
  });
  afterEach(() => backbone.close());

  test('share a backlog, and lose none of it when their connections end while they send', async () => {
    await emitMany(MANY);
    const relays = [backbone.relay({ pollingIntervalMs: 50 }), backbone.relay({ pollingIntervalMs: 50 })];
    let killed = 0;
    await eventually(
      'an empty outbox',
      async () => {
        if (killed < 3) {
          const ended = await rows(`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and state = 'idle in transaction' and pid <> pg_backend_pid()`);
          killed += ended.length;
        }
        return killed >= 3 && (await pending()) === 0;
      },
      { withinMs: 25_000 },
    );
    await Promise.all(relays.map((relay) => relay.stop()));
    // A kill repeats what was sent and not committed; it never loses.
    expect(await depth('main')).toBeGreaterThanOrEqual(MANY);
  });

  test('stop filling a queue that is full, and go on with the others', async () => {
    await emitMany(MANY);
    const relay = backbone.relay({ pollingIntervalMs: 100, maxQueueDepth: 1_000 });
    await eventually('a full queue', async () => (await depth('main')) >= 1_000);
    await backbone.events.transaction(async (work) => {
      for (let nth = 0; nth < 20; nth += 1) work.emit(noted, note('other'));
    });
    await eventually('the other queue', async () => (await depth('mail')) === 20);
    // Two lanes may each have claimed before the queue was known to be full.
    expect(await depth('main')).toBeLessThanOrEqual(2_000);
    expect(await pending()).toBeGreaterThanOrEqual(MANY - 2_000);
    expect(await rows('select from event_schedule')).toEqual([]);
    const emptied = eventually('the rest', async () => (await pending()) === 0, { withinMs: 20_000 });
    await Promise.all(Array.from({ length: 8 }, () => takeAll('main')));
    await emptied;
    await relay.stop();
  });
});
