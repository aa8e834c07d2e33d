import { eventually } from '@skelly/testkit';
import { sql } from 'drizzle-orm';
import { NonRetriable } from '../errors';
import { defineEffect, defineHandler, type Handler } from '../handlers/handler';
import { createNotifier, type Notifier } from '../hints/notifier';
import { startForgetting } from '../retention/forget-finished';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { entered, findTestContract, note, noted } from '../testing/contracts';
import { driveReplay } from './drive-replay';
import { sendStep } from './replay-ledger';
import { createReplay, listReplays, type ReplayRequest, showReplay } from './replay-run';
import { readHead } from './selection';

describe('a replay', () => {
  let backbone: TestBackbone;
  let notifier: Notifier;
  const tally = defineHandler({
    id: 'test.tally',
    on: noted,
    async handle({ data }, work) {
      await work.tx.execute(sql`insert into tally (text) values (${data.text})`);
    },
  });

  beforeEach(async () => {
    backbone = await createTestBackbone();
    notifier = createNotifier({ url: backbone.database.url, applicationName: 'test', onError: () => undefined });
    await backbone.database.pool.query('create table tally (id serial, text text)');
  });
  afterEach(async () => {
    await notifier.close();
    await backbone.close();
  });

  const deps = () => ({ database: backbone.database, notifier, findContract: findTestContract });
  const rows = async (text: string, values: unknown[] = []) => (await backbone.database.pool.query(text, values)).rows;
  const sums = async () =>
    (await rows('select count(*)::int as rows, count(distinct text)::int as texts from tally'))[0];

  async function emit(texts: readonly string[]): Promise<void> {
    await backbone.events.emitEvents(
      texts.map((text, nth) => ({ event: noted, data: note(`n${nth}`, text) })),
      'test',
    );
  }
  async function start(handlers: Readonly<Record<string, readonly Handler[]>>): Promise<void> {
    await backbone.worker(handlers);
    backbone.relay();
  }
  const create = async (given: Partial<ReplayRequest> = {}) =>
    createReplay(backbone.database.queries, {
      selection: { type: 'test:noted' },
      handlers: ['test.tally'],
      again: false,
      upTo: await readHead(backbone.database),
      perSecond: 1_000,
      note: null,
      ...given,
    });
  const texts = (count: number) => Array.from({ length: count }, (_, nth) => `t${nth}`);

  test('brings a new handler what happened before it, once', async () => {
    await emit(texts(300));
    await start({ 'test:noted': [tally] });
    await eventually('the log is sent', async () => (await rows('select from event_outbox')).length === 0);
    const id = await create();
    const replay = await driveReplay(deps(), id);
    expect(replay).toMatchObject({
      state: 'finished',
      sent: 300,
      finished: 300,
      failed: 0,
      open: 0,
      passedBy: {},
      actor: 'system',
    });
    expect(await sums()).toEqual({ rows: 300, texts: 300 });
    const other = await create();
    expect(await driveReplay(deps(), other)).toMatchObject({ state: 'finished', sent: 0, passedBy: { finished: 300 } });
    expect(await sums()).toEqual({ rows: 300, texts: 300 });
    expect((await listReplays(backbone.database)).map((each) => each.id)).toEqual([other, id]);
    await expect(driveReplay(deps(), id)).rejects.toMatchObject({ code: 'replay_finished' });
  });

  test('sends nothing that came after it was shown, and takes no reason that says nothing', async () => {
    await emit(texts(3));
    const upTo = await readHead(backbone.database);
    await emit(['late']);
    await start({ 'test:noted': [tally] });
    await eventually('the log is sent', async () => (await rows('select from event_outbox')).length === 0);
    const replay = await driveReplay(deps(), await create({ upTo }));
    expect(replay).toMatchObject({ state: 'finished', upTo, sent: 3, finished: 3, passedBy: {} });
    expect(await sums()).toEqual({ rows: 3, texts: 3 });
    for (const note of [' ', 'x'.repeat(2_001)])
      await expect(create({ note })).rejects.toMatchObject({ code: 'reason_missing' });
    expect(await listReplays(backbone.database)).toHaveLength(1);
  });

  test('runs again what has finished, in a run of its own, and not what comes of it', async () => {
    const growing = defineHandler({
      id: 'test.tally',
      on: noted,
      async handle({ data }, work) {
        await work.tx.execute(sql`insert into tally (text) values (${data.text})`);
        if (data.text === 'grow') work.emit(noted, note('more', 'grown'));
      },
    });
    await start({ 'test:noted': [growing] });
    await emit(['a', 'b', 'grow']);
    await backbone.finished(4);
    const id = await create({ again: true });
    expect(await driveReplay(deps(), id)).toMatchObject({ state: 'finished', sent: 4, finished: 4 });
    // What was emitted by the replay is an event like any other.
    await backbone.finished(9);
    expect(await rows('select text, count(*)::int from tally group by 1 order by 1')).toEqual([
      { text: 'a', count: 2 },
      { text: 'b', count: 2 },
      { text: 'grow', count: 2 },
      { text: 'grown', count: 3 },
    ]);
    expect(await rows('select count(*)::int from event_processing_log where run = $1', [id])).toEqual([{ count: 4 }]);
    expect(await driveReplay(deps(), await create({ again: true }))).toMatchObject({ sent: 5, finished: 5 });
  });

  test('goes on where a killed command left it, with exact sums', async () => {
    await emit(texts(400));
    await start({ 'test:noted': [tally] });
    await eventually('the log is sent', async () => (await rows('select from event_outbox')).length === 0);
    const id = await create({ perSecond: 320 });
    // A killed command writes nothing more: as here, where another one takes over while it runs.
    const killed = driveReplay(deps(), id);
    killed.catch(() => undefined);
    await eventually('some are sent', async () => (await showReplay(backbone.database, id)).sent > 0);
    const [resumed] = await Promise.all([
      driveReplay(deps(), id),
      expect(killed).rejects.toMatchObject({ code: 'replay_taken_over' }),
    ]);
    expect(resumed).toMatchObject({ state: 'finished', sent: 400, finished: 400, failed: 0, open: 0 });
    expect(await sums()).toEqual({ rows: 400, texts: 400 });
  });

  test('sends what its queue has lost again when it is resumed', async () => {
    await backbone.route({ 'test:noted': [tally] });
    await emit(['a', 'b']);
    await rows(`insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, finished_at)
      select event_id, 'test.tally', 'finished', 'main', 1, 'w', now(), now() from event_history`);
    const id = await create({ again: true });
    expect(await driveReplay(deps(), id, { settleMs: 0 })).toMatchObject({ why: 'open', sent: 2, open: 2 });
    await rows('delete from event_outbox');
    await start({ 'test:noted': [tally] });
    expect(await driveReplay(deps(), id)).toMatchObject({ state: 'finished', sent: 2, finished: 2, open: 0 });
    expect(await sums()).toEqual({ rows: 2, texts: 2 });
  });

  test('relays send what its queue has lost again, and count it when nobody waits any more', async () => {
    await backbone.worker({ 'test:noted': [tally] });
    await emit(['a', 'b']);
    const relay = backbone.relay({ reconcileGraceSeconds: 1 });
    await backbone.finished(2);
    await relay.stop();
    const id = await create({ again: true });
    expect(await driveReplay(deps(), id, { settleMs: 0 })).toMatchObject({ why: 'open', sent: 2, open: 2 });
    await rows('delete from event_outbox');
    const other = backbone.relay({ reconcileGraceSeconds: 1 });
    const shown = () => showReplay(backbone.database, id);
    await eventually('it has finished', async () => (await shown()).state === 'finished', { withinMs: 60_000 });
    await other.stop();
    expect(await shown()).toMatchObject({ why: null, sent: 2, finished: 2, failed: 0, open: 0 });
    expect(await sums()).toEqual({ rows: 4, texts: 2 });
    expect(await rows('select from event_run_straggler')).toEqual([]);
  }, 90_000);

  test('keeps what it has sent in a history that forgets, and passes by what that has forgotten', async () => {
    await backbone.route({ 'test:noted': [tally] });
    await emit(['kept', 'gone']);
    const ids = await rows('select event_id as id from event_history order by position');
    const [kept, gone] = ids.map(({ id }) => id) as [string, string];
    await rows('delete from event_outbox');
    await rows(`insert into event_processing_log (event_id, handler, status, queue, attempt, worker, started_at, finished_at)
      select event_id, 'test.tally', 'finished', 'main', 1, 'w', now(), now() from event_history`);
    const id = await create({ again: true, selection: { ids: [kept] } });
    await driveReplay(deps(), id, { settleMs: 0 });
    // On its way: only a queue has it.
    await rows('delete from event_outbox');
    await rows('update event_low_water set low_water = (select last_value from event_position)');
    const forgetting = startForgetting(backbone, { intervalMs: 5 });
    const left = async () => (await rows('select event_id as id from event_history')).map((row) => row.id);
    await eventually('the other one is gone', async () => !(await left()).includes(gone));
    expect(await left()).toEqual([kept]);
    const delivery = { eventId: gone, handler: 'test.tally', subject: 's', type: 'test:noted', position: 2 } as const;
    const step = {
      send: [{ ...delivery, kind: 'handle', state: 'finished' }],
      upTo: 2,
      passedBy: {},
      waits: false,
    } as const;
    const driver = '0199a1b2-0000-7000-8000-000000000009';
    await rows(`update replay_run set driver = $2, state = 'running', why = null, ended_at = null where id = $1`, [
      id,
      driver,
    ]);
    expect(await sendStep(backbone.database, { replay: id, driver, run: id }, step, { finished: 1 })).toEqual([]);
    expect(await showReplay(backbone.database, id)).toMatchObject({ sent: 1, passedBy: { finished: 1, gone: 1 } });
    expect(await rows('select from event_outbox')).toEqual([]);
    await rows(
      `insert into event_processing_log (event_id, handler, run, status, queue, attempt, worker, started_at, finished_at)
      values ($1, 'test.tally', $2, 'finished', 'main', 1, 'w', now(), now())`,
      [kept, id],
    );
    await rows('delete from event_run_straggler');
    await eventually('it goes when the replay has finished it', async () => (await left()).length === 0);
    await forgetting.stop();
  });

  test('stops when a tenth fails, and goes on when the cause is mended', async () => {
    let isBroken = true;
    const mended = defineHandler({
      id: 'test.tally',
      on: noted,
      async handle({ data }, work) {
        if (isBroken) throw new NonRetriable(`no owner of ${data.text}`);
        await work.tx.execute(sql`insert into tally (text) values (${data.text})`);
      },
    });
    await emit(texts(200));
    await start({ 'test:noted': [mended] });
    await eventually('the log is sent', async () => (await rows('select from event_outbox')).length === 0);
    const id = await create({ perSecond: 160 });
    const stopped = await driveReplay(deps(), id);
    expect(stopped).toMatchObject({ state: 'stopped', why: 'failures', finished: 0 });
    expect(stopped.sent).toBeLessThan(200);
    isBroken = false;
    await rows('delete from circuit_breaker');
    const resumed = await driveReplay(deps(), id, { settleMs: 60_000 });
    expect(resumed).toMatchObject({ state: 'finished', sent: 200, open: 0 });
    expect(resumed.finished + resumed.failed).toBe(200);
    expect(await sums()).toEqual({ rows: resumed.finished, texts: resumed.finished });
    expect(await rows('select count(*)::int from event_dead_letter where resolved_at is null')).toEqual([
      { count: resumed.failed },
    ]);
  }, 90_000);

  test('keeps the order of each subject where it counts, retries included', async () => {
    const seen: [string, number][] = [];
    let failures = 1;
    const entry = defineHandler({
      id: 'test.entry',
      on: entered,
      async handle({ data: { account, amount } }) {
        if (account === 'a' && amount === 2 && failures > 0) {
          failures -= 1;
          throw new Error('once');
        }
        seen.push([account, amount]);
      },
    });
    await backbone.events.emitEvents(
      [1, 2, 3].flatMap((amount) => ['a', 'b'].map((account) => ({ event: entered, data: { account, amount } }))),
      'test',
    );
    await start({ 'test:entered': [entry] });
    await eventually('the log is sent', async () => (await rows('select from event_outbox')).length === 0);
    const selection = { type: 'test:entered' };
    for (const again of [false, true]) {
      seen.length = 0;
      const replay = await driveReplay(deps(), await create({ selection, handlers: ['test.entry'], again }));
      expect(replay).toMatchObject({ state: 'finished', sent: 6, finished: 6 });
      for (const account of ['a', 'b'])
        expect(seen.filter(([each]) => each === account).map(([, amount]) => amount)).toEqual([1, 2, 3]);
    }
  });

  test('calls an effect that was named again, with the key that it had', async () => {
    const keys: string[] = [];
    const effect = defineEffect({
      id: 'test.mail',
      on: noted,
      port: keys,
      async effect(_event, port, key) {
        port.push(key);
      },
    });
    await start({ 'test:noted': [effect] });
    await emit(['a']);
    await backbone.finished(1);
    await driveReplay(deps(), await create({ handlers: ['test.mail'], again: true }));
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  test('says what is under way when it is no longer waited for', async () => {
    await backbone.route({ 'test:noted': [tally] });
    await emit(['a', 'b']);
    await rows('delete from event_outbox');
    const id = await create();
    expect(await driveReplay(deps(), id, { settleMs: 0 })).toMatchObject({
      state: 'stopped',
      why: 'open',
      sent: 2,
      open: 2,
    });
    await start({ 'test:noted': [tally] });
    expect(await driveReplay(deps(), id)).toMatchObject({ state: 'finished', sent: 2, finished: 2, open: 0 });
    expect(await sums()).toEqual({ rows: 2, texts: 2 });
  });
});
