import { randomUUID } from 'node:crypto';
import { eventually } from '@skelly/testkit';
import { defineHandler } from '../handlers/handler';
import { newId } from '../ids';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { note, noted } from '../testing/contracts';
import { endDrive, lookAtOpen } from './replay-ledger';
import { showReplay } from './replay-run';
import { createReplaySettling } from './settle-replays';

describe('replays that nobody waits for', () => {
  const handler = defineHandler({ id: 'test.first', on: noted, handle: async () => undefined });
  let backbone: TestBackbone;
  beforeEach(async () => {
    backbone = await createTestBackbone();
    await backbone.route({ 'test:noted': [handler] });
  });
  afterEach(() => backbone.close());

  const rows = async (text: string, values: unknown[] = []) => (await backbone.database.pool.query(text, values)).rows;
  const show = (id: string) => showReplay(backbone.database, id);

  async function emit(): Promise<string> {
    await backbone.events.emitEvent(noted, note('a'), 'test');
    return (await rows('select event_id as id from event_history order by position desc limit 1'))[0].id;
  }

  /** A replay whose command has ended before these had. */
  async function stopped(deliveries: readonly { eventId: string; handler?: string }[]): Promise<string> {
    const id = newId();
    await rows(
      `insert into replay_run (id, again, selection, handlers, up_to, per_second, actor, state, why, sent, ended_at)
       values ($1, true, '{"type":"test:noted"}', '{test.first}', 9, 50, 'system', 'stopped', 'open', $2, now())`,
      [id, deliveries.length],
    );
    for (const { eventId, handler = 'test.first' } of deliveries)
      await rows(
        `insert into replay_delivery (replay, event_id, handler, subject, position) values ($1, $2, $3, 'note:a', 1)`,
        [id, eventId, handler],
      );
    return id;
  }

  const finish = (id: string, eventId: string) =>
    rows(
      `insert into event_processing_log (event_id, handler, run, status, queue, attempt, worker, started_at, finished_at)
       values ($1, 'test.first', $2, 'finished', 'main', 1, 'w', now(), now())`,
      [eventId, id],
    );

  test('end without what has no event or no route any more, which is passed by', async () => {
    const eventId = await emit();
    const gone = randomUUID();
    const id = await stopped([{ eventId }, { eventId: gone }, { eventId, handler: 'test.retired' }]);
    const settle = createReplaySettling(backbone.database);
    await settle();
    const passedBy = { gone: 1, unknown: 1 };
    expect(await show(id)).toMatchObject({ state: 'stopped', sent: 1, finished: 0, failed: 0, open: 1, passedBy });
    await finish(id, eventId);
    await settle();
    expect(await show(id)).toMatchObject({ state: 'finished', sent: 1, finished: 1, failed: 0, open: 0, passedBy });
  });

  /** As a command leaves it that was killed, which was seen so long ago. */
  async function killed(deliveries: readonly { eventId: string }[], seconds: number) {
    const id = await stopped(deliveries);
    const driver = newId();
    await rows(
      `update replay_run set state = 'running', why = null, ended_at = null, driver = $2, seen_at = now() - $3 * interval '1 second' where id = $1`,
      [id, driver, seconds],
    );
    return { id, driver };
  }

  test('whose command was killed stop, and are counted without it', async () => {
    const [first, second] = [await emit(), await emit()];
    const { id, driver } = await killed([{ eventId: first }, { eventId: second }], 121);
    const alive = await killed([{ eventId: first }], 60);
    for (const replay of [id, alive.id]) await finish(replay, first);
    const settle = createReplaySettling(backbone.database);
    await settle();
    const interrupted = { state: 'stopped', why: 'interrupted', sent: 2, failed: 0 };
    expect(await show(id)).toMatchObject({ ...interrupted, finished: 1, open: 1 });
    expect(await show(alive.id)).toMatchObject({ state: 'running', why: null, finished: 0, open: 1 });
    await finish(id, second);
    await settle();
    // Nobody knows whether it has sent everything: whoever resumes it finds out.
    expect(await show(id)).toMatchObject({ ...interrupted, finished: 2, open: 0 });
    const late = lookAtOpen(backbone.database, { replay: id, driver, run: id });
    await expect(late).rejects.toMatchObject({ code: 'replay_taken_over' });
    const end = endDrive(backbone.database, { replay: id, driver, run: id }, null);
    await expect(end).rejects.toMatchObject({ code: 'replay_taken_over' });
    expect(await show(id)).toMatchObject({ state: 'stopped', why: 'interrupted' });
  });

  test.each(['failures', 'interrupted'])('that stopped (%s) are counted, and have not finished', async (why) => {
    const eventId = await emit();
    const id = await stopped([{ eventId }]);
    await rows('update replay_run set why = $2 where id = $1', [id, why]);
    await finish(id, eventId);
    await createReplaySettling(backbone.database)();
    expect(await show(id)).toMatchObject({ state: 'stopped', why, sent: 1, finished: 1, open: 0 });
  });

  test.each(['failures', 'interrupted'])('that stopped (%s) keep what their resume sends again', async (why) => {
    const eventId = await emit();
    const id = await stopped([{ eventId }, { eventId: randomUUID() }]);
    await rows('update replay_run set why = $2 where id = $1', [id, why]);
    await rows('update event_route set retired_at = now()');
    const settle = createReplaySettling(backbone.database);
    await settle();
    const kept = { state: 'stopped', why, sent: 1, open: 1, passedBy: { gone: 1 } };
    expect(await show(id)).toMatchObject(kept);
    // A version that has the handler again.
    await rows('update event_route set retired_at = null');
    await settle();
    expect(await show(id)).toMatchObject(kept);
    await finish(id, eventId);
    await settle();
    expect(await show(id)).toMatchObject({ state: 'stopped', why, sent: 1, finished: 1, open: 0 });
  });

  test('end when the handler of the last delivery retires, and not while it still runs', async () => {
    const eventId = await emit();
    const id = await stopped([{ eventId }]);
    const settle = createReplaySettling(backbone.database);
    await rows(
      `insert into event_processing_log (event_id, handler, run, status, queue, attempt, worker, started_at, lease_until)
       values ($1, 'test.first', $2, 'running', 'main', 1, 'w', now(), now() + interval '1 hour')`,
      [eventId, id],
    );
    await rows('update event_route set retired_at = now()');
    await settle();
    expect(await show(id)).toMatchObject({ state: 'stopped', sent: 1, open: 1, passedBy: {} });
    await rows('update event_processing_log set lease_until = now()');
    await settle();
    expect(await show(id)).toMatchObject({ state: 'finished', sent: 0, open: 0, passedBy: { unknown: 1 } });
  });

  test('take turns: many that do not end keep none from it, wherever it stands among them', async () => {
    const eventId = await emit();
    const ids: string[] = [];
    for (let nth = 0; nth < 45; nth += 1) ids.push(await stopped([{ eventId }]));
    for (const nth of [0, 22, 44]) await finish(ids[nth]!, eventId);
    const settle = createReplaySettling(backbone.database);
    for (let pass = 0; pass < 3; pass += 1) await settle();
    expect(await rows(`select id from replay_run where state = 'finished' order by id`)).toEqual(
      [0, 22, 44].map((nth) => ({ id: ids[nth] })),
    );
    // The next pass begins anew.
    await finish(ids[1]!, eventId);
    for (let pass = 0; pass < 3; pass += 1) await settle();
    expect(await show(ids[1]!)).toMatchObject({ state: 'finished', finished: 1 });
  });

  test('are settled by a relay that cannot reconcile, and one that cannot settle them says so and reconciles', async () => {
    const logged = (message: string) => () => backbone.log.lines.some((line) => line.message.startsWith(message));
    const id = await stopped([{ eventId: randomUUID() }]);
    await rows('alter table event_queue_mark rename to away');
    const relay = backbone.relay({ reconcileGraceSeconds: 1 });
    await eventually('it has finished', async () => (await show(id)).state === 'finished');
    expect(logged('the queues could not be reconciled')()).toBe(true);
    await relay.stop();
    const settling = 'the sums of replays could not be brought up to date';
    expect(logged(settling)()).toBe(false);
    await rows('alter table away rename to event_queue_mark');
    await rows('alter table replay_run rename to away');
    backbone.relay({ reconcileGraceSeconds: 1 });
    await eventually('it says so', logged(settling));
    await rows('alter table away rename to replay_run');
  });
});
