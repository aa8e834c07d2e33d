import { defineHandler } from '../handlers/handler';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { note, noted } from '../testing/contracts';
import type { QueueTransport } from '../transport/transport';
import { createReconciler, type Reconciler } from './reconciler';

const GRACE = 15;
const VISIBILITY = 30;

describe('the reconciler', () => {
  let backbone: TestBackbone;
  let reconciler: Reconciler;
  let time: number;
  let inQueue: number;
  const rows = async (query: string, values?: unknown[]) => (await backbone.database.pool.query(query, values)).rows;
  const handler = (id: string, queue?: string) =>
    defineHandler({ id, on: noted, ...(queue ? { queue } : {}), handle: async () => undefined });

  beforeEach(async () => {
    backbone = await createTestBackbone();
    await backbone.route({ 'test:noted': [handler('test.main'), handler('test.mail', 'mail')] });
    time = Date.now();
    inQueue = 0;
    const transport = {
      depth: async () => ({ visible: inQueue, inFlight: 0, delayed: 0 }),
    } as Partial<QueueTransport> as QueueTransport;
    reconciler = createReconciler(
      { log: backbone.log, database: backbone.database, transport, now: () => new Date(time) },
      { graceSeconds: GRACE, visibilityTimeout: VISIBILITY },
    );
  });
  afterEach(() => backbone.close());

  /** Emits events that the relays have sent. */
  async function sent(count = 1): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let nth = 0; nth < count; nth += 1) ids.push(await backbone.events.emitEvent(noted, note(`n${nth}`), 'test'));
    await rows('delete from event_outbox');
    await rows('update event_low_water set low_water = (select max(position) from event_history)');
    return ids;
  }
  const finish = (handlerId: string, where = 'true') =>
    rows(`insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, finished_at)
          select event_id, '${handlerId}', 'finished', 'main', 1, 'test', now(), now() from event_history where ${where} on conflict do nothing`);
  async function scanAfterGrace(): Promise<unknown> {
    await reconciler.scan();
    time += GRACE * 1_000;
    return Object.fromEntries(await reconciler.scan());
  }
  const due = () => rows('select event_id as "eventId", handler from event_outbox order by id');
  /** Workers received messages that carried these low-water positions, so many seconds ago. */
  async function delivered(queue: string, marks: readonly { lowWater: number; ago: number }[]): Promise<void> {
    for (const { lowWater, ago } of marks)
      await rows(
        `insert into event_queue_mark values ($1, date_bin('5 seconds', now() - make_interval(secs => $2), 'epoch'), $3)`,
        [queue, ago, lowWater],
      );
  }

  test('sends again what an empty queue cannot hold, to the handlers that have not finished it', async () => {
    const [first, second] = await sent(2);
    await finish('test.main', `event_id = '${first}'`);
    expect(Object.fromEntries(await reconciler.scan())).toEqual({});
    expect(await scanAfterGrace()).toEqual({ main: 1, mail: 2 });
    expect(await due()).toEqual([
      { eventId: first, handler: 'test.mail' },
      { eventId: second, handler: 'test.mail' },
      { eventId: second, handler: 'test.main' },
    ]);
    expect(reconciler.lost).toBe(3);
    expect(Object.fromEntries(await reconciler.scan())).toEqual({});
  });

  test('takes no backlog for a loss', async () => {
    await sent();
    inQueue = 1;
    expect(await scanAfterGrace()).toEqual({});
    await delivered(
      'main',
      [40, 20, 1].map((ago) => ({ ago, lowWater: 0 })),
    );
    expect(await scanAfterGrace()).toEqual({});
    expect(await rows('select from event_straggler')).toEqual([]);
  });

  test('sends again what a busy queue has overtaken for long enough, and nothing that was sent later', async () => {
    const [lost] = await sent();
    const [{ position }] = await rows('select max(position) as position from event_history');
    await sent();
    inQueue = 1_000;
    await delivered('main', [{ ago: 1, lowWater: position }]);
    expect(await scanAfterGrace()).toEqual({});
    await delivered('main', [
      { ago: 40, lowWater: position },
      { ago: 20, lowWater: position + 1 },
    ]);
    expect(Object.fromEntries(await reconciler.scan())).toEqual({ main: 1 });
    expect(await due()).toEqual([{ eventId: lost, handler: 'test.main' }]);
  });

  test('leaves alone what waits, is due, runs or is dead, and what no handler wants', async () => {
    const [waits, isDue, runs, dead] = await sent(4);
    await finish('test.mail');
    await rows(
      `insert into event_schedule (key, kind, due_at, event_id, handler) values ('a', 'retry', now() + interval '1 hour', $1, 'test.main')`,
      [waits],
    );
    await rows(`insert into event_outbox (event_id, handler) values ($1, 'test.main')`, [isDue]);
    await rows(
      `insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, lease_until)
       values ($1, 'test.main', 'running', 'main', 1, 'test', now(), now() + interval '1 hour')`,
      [runs],
    );
    await rows(
      `insert into event_dead_letter (event_id, handler, run, reason, error) values ($1, 'test.main', '00000000-0000-0000-0000-000000000000', 'r', 'e')`,
      [dead],
    );
    expect(await scanAfterGrace()).toEqual({});
    expect((await rows('select event_id from event_straggler order by position')).map((row) => row.event_id)).toEqual([
      waits,
      isDue,
      runs,
    ]);
    await rows('update event_route set retired_at = now()');
    await rows('update event_straggler set look_at = now()');
    expect(await scanAfterGrace()).toEqual({});
    expect(await rows('select from event_straggler')).toEqual([]);
  });

  test('finds a retry that was lost, once it has been away for the grace period', async () => {
    const [eventId] = await sent();
    await finish('test.mail');
    await rows(
      `insert into event_schedule (key, kind, due_at, event_id, handler) values ('a', 'retry', now(), $1, 'test.main')`,
      [eventId],
    );
    expect(await scanAfterGrace()).toEqual({});
    await rows('delete from event_schedule');
    const look = async () => {
      await rows('update event_straggler set look_at = now()');
      return Object.fromEntries(await reconciler.scan());
    };
    expect([await look(), await look()]).toEqual([{}, {}]);
    await rows(`update event_straggler set away_at = away_at - interval '${GRACE} seconds'`);
    expect(await look()).toEqual({ main: 1 });
    await rows('delete from event_outbox');
    expect(await look()).toEqual({});
    // The second time it must be away for twice as long.
    await rows(`update event_straggler set away_at = away_at - interval '${GRACE} seconds'`);
    expect(await look()).toEqual({});
    await rows(`update event_straggler set away_at = away_at - interval '${GRACE} seconds'`);
    expect(await look()).toEqual({ main: 1 });
  });

  test('finds what a replay has sent to run again and its queue has lost, in its run', async () => {
    const [lost, finished, dead] = (await sent(3)) as [string, string, string];
    await finish('test.main');
    await finish('test.mail');
    const [{ run }] = await rows('select gen_random_uuid() as run');
    await rows(
      `insert into event_run_straggler (event_id, handler, run, type, position)
       select event_id, 'test.main', $1, type, position from event_history`,
      [run],
    );
    await rows(
      `insert into event_processing_log (event_id, handler, run, status, queue, attempt, worker, started_at, finished_at)
       values ($1, 'test.main', $2, 'finished', 'main', 1, 'test', now(), now())`,
      [finished, run],
    );
    await rows(
      `insert into event_dead_letter (event_id, handler, run, reason, error) values ($1, 'test.main', $2, 'r', 'e')`,
      [dead, run],
    );
    expect(await scanAfterGrace()).toEqual({});
    expect(await rows('select event_id as id from event_run_straggler')).toEqual([{ id: lost }]);
    await rows(`update event_run_straggler set look_at = now(), away_at = away_at - interval '${GRACE} seconds'`);
    expect(Object.fromEntries(await reconciler.scan())).toEqual({ main: 1 });
    expect(await rows('select event_id, handler, run from event_outbox')).toEqual([
      { event_id: lost, handler: 'test.main', run },
    ]);
  });

  test('goes through what is finished once, however old, and forgets stragglers that finish', async () => {
    const [first] = await sent(3);
    await finish('test.main');
    await finish('test.mail', `event_id <> '${first}'`);
    await scanAfterGrace();
    const through = () =>
      rows(
        'select handler, finished_through = (select max(position) from event_history) as done from event_route order by handler',
      );
    expect(await through()).toEqual([
      { handler: 'test.mail', done: true },
      { handler: 'test.main', done: true },
    ]);
    expect(await rows('select event_id, handler from event_straggler')).toEqual([
      { event_id: first, handler: 'test.mail' },
    ]);
    await finish('test.mail');
    await rows('update event_straggler set look_at = now()');
    await reconciler.scan();
    expect(await rows('select from event_straggler')).toEqual([]);
  });
});
