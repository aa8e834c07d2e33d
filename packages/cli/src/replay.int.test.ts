import { randomUUID } from 'node:crypto';
import { createEventSystem } from '@skelly/events';
import { createTestDatabase, eventually, startFromSource, type TestDatabase } from '@skelly/testkit';
import { runSkelly } from './testing/run-skelly';

const HANDLER = 'user.count-registration';

describe('skelly replay', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    await rows(
      `insert into event_route (type, handler, queue, kind, since_position) values
         ('user:registered', $1, 'main', 'handle', 0), ('user:registered', 'user.welcome-mail', 'mail', 'effect', 0)`,
      [HANDLER],
    );
  });
  afterEach(() => database.drop());

  const skelly = (...args: readonly string[]) => runSkelly(database.url, ['replay', ...args]);
  const rows = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;

  /** People have registered, and nobody has handled it. */
  async function emit(count: number): Promise<readonly string[]> {
    const notifier = { committed: () => undefined, close: async () => undefined };
    const events = createEventSystem({ database, notifier, now: () => new Date() });
    const ids = await events.emitEvents(
      Array.from({ length: count }, () => ({
        event: 'user:registered' as const,
        data: { userId: randomUUID(), requiresEmailVerification: true },
      })),
      'user',
    );
    await rows('delete from event_outbox');
    return ids;
  }

  /** Relay and worker are elsewhere: what is pointed to finishes. */
  function finishAll(): { stop(): Promise<void> } {
    let isOver = false;
    const pump = async () => {
      while (!isOver) {
        await rows(
          `with due as (delete from event_outbox returning event_id, handler, run)
           insert into event_processing_log (event_id, handler, run, status, queue, attempt, worker, started_at, finished_at)
           select distinct event_id, handler, run, 'finished', 'main', 1, 'test', now(), now() from due on conflict do nothing`,
        );
      }
    };
    const pumping = pump();
    return {
      async stop() {
        isOver = true;
        await pumping;
      },
    };
  }

  test('a dry run says what the product’s handlers would do, and changes nothing', async () => {
    await emit(30);
    const { code, said } = await skelly('--type', 'user:registered', '--since', '1h', '--dry-run', '--json');
    expect(JSON.parse(said)).toEqual({
      tried: 30,
      worked: 30,
      failed: 0,
      locked: 0,
      passedBy: {},
      // Postgres counts a row that two of its transactions try to insert at the same moment as inserted and deleted once more.
      rows: [
        {
          table: 'analytics_counter',
          inserted: expect.any(Number),
          updated: expect.any(Number),
          deleted: expect.any(Number),
        },
      ],
      backboneRows: [],
      events: [],
      timers: [],
      pushes: [],
      effects: [],
      failures: [],
      otherFailures: 0,
      stopped: null,
    });
    expect(code).toBe(0);
    const effects = await skelly('--type', 'user:registered', '--handler', 'user.welcome-mail', '--dry-run');
    expect(effects.said).toMatch(/Calls of effects, which were not tried:\n {2}user\.welcome-mail: 30/);
    expect(await rows('select from event_outbox')).toEqual([]);
    expect(await rows('select from event_processing_log')).toEqual([]);
    expect(await rows('select from replay_run')).toEqual([]);
  }, 60_000);

  test('a dry run of dead letters tells whether they would work now', async () => {
    const ids = await emit(3);
    for (const eventId of ids)
      await rows(
        `insert into event_dead_letter (event_id, handler, run, queue, type, reason, error, attempts)
         values ($1, $2, '00000000-0000-0000-0000-000000000000', 'main', 'user:registered', 'attempts_exhausted', 'boom', 3)`,
        [eventId, HANDLER],
      );
    const { code, said } = await runSkelly(database.url, ['dlq', 'retry', '--handler', HANDLER, '--dry-run']);
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/Tried 3 deliveries.*3 would finish, 0 would fail/),
    });
    expect(await rows('select from event_dead_letter where resolved_at is null')).toHaveLength(3);
  }, 60_000);

  test('sends what is unfinished, and tells of it afterwards', async () => {
    await emit(20);
    const pump = finishAll();
    const ran = await skelly(
      '--type',
      'user:registered',
      '--rate',
      '1000',
      '--reason',
      'new counter',
      '--yes',
      '--json',
    );
    const replay = JSON.parse(ran.said);
    expect(replay).toMatchObject({
      state: 'finished',
      again: false,
      handlers: [HANDLER],
      actor: 'cli',
      note: 'new counter',
      sent: 20,
      finished: 20,
      failed: 0,
      open: 0,
    });
    expect(ran.code).toBe(0);
    expect((await skelly('list')).said).toMatch(
      new RegExp(`^${replay.id} .* finished .* 20 sent, .* by cli: new counter\n$`),
    );
    expect((await skelly('show', replay.id)).said).toMatch(
      /finished[\s\S]*Sent 20: 20 finished, 0 failed for good, 0 under way/,
    );
    const again = await skelly('--type', 'user:registered', '--again', '--yes', '--json');
    expect(JSON.parse(again.said)).toMatchObject({ again: true, sent: 20, finished: 20 });
    await pump.stop();
    expect(await rows('select run, count(*)::int from event_processing_log group by 1 order by 1')).toHaveLength(2);
    expect((await skelly('resume', replay.id)).said).toMatch(/has finished: nothing is left to do/);
    const detail = {
      selection: { type: 'user:registered' },
      handlers: [HANDLER],
      terminal: expect.stringMatching(/@/),
    };
    const action = { actor: 'cli', action: 'replay.run' };
    expect(await rows('select actor, action, target, reason, detail from operator_action order by id')).toEqual([
      { ...action, target: replay.id, reason: 'new counter', detail: { ...detail, again: false, perSecond: 1_000 } },
      { ...action, target: JSON.parse(again.said).id, reason: null, detail: { ...detail, again: true, perSecond: 50 } },
    ]);
  }, 60_000);

  test('goes on after kill -9, with exact sums', async () => {
    await emit(200);
    const args = ['replay', '--type', 'user:registered', '--rate', '160', '--yes'];
    const child = startFromSource(`${__dirname}/..`, 'src/main.ts', { DATABASE_URL: database.url }, args);
    const pump = finishAll();
    const sent = () => rows('select id, sent, state from replay_run').then(([replay]) => replay);
    await eventually('some are sent', async () => ((await sent())?.sent ?? 0) > 0, { withinMs: 20_000 });
    child.kill();
    await child.exit();
    const { id, sent: before, state } = await sent();
    expect(state).toBe('running');
    expect(before).toBeLessThan(200);
    const { code, said } = await skelly('resume', id, '--json');
    await pump.stop();
    expect(JSON.parse(said)).toMatchObject({ state: 'finished', sent: 200, finished: 200, failed: 0, open: 0 });
    expect(code).toBe(0);
    expect(await rows('select from event_processing_log')).toHaveLength(200);
    expect(await rows('select action, target from operator_action order by id')).toEqual([
      { action: 'replay.run', target: id },
      { action: 'replay.resume', target: id },
    ]);
  }, 60_000);

  test('says what is wrong with what it was given, and changes nothing', async () => {
    await emit(1);
    const id = randomUUID();
    const refusals: [readonly string[], RegExp][] = [
      [[], /Say which events: ids, a type, a subject, a correlation id, or a time/],
      [['--type', 'user:registerd', '--dry-run'], /no event type "user:registerd"\. Did you mean user:registered/],
      [
        ['--type', 'user:registered', '--handler', 'user.count-registrations'],
        /Did you mean user\.count-registration\?/,
      ],
      [['--type', 'ui:interaction', '--handler', HANDLER], /is for user:registered, not for ui:interaction/],
      [['x'], /\[ids\.\.\.\]: "x" is no id/],
      [[id, '--yes'], new RegExp(`The log has no event ${id}`)],
      [['--subject', 'user:nobody', '--yes'], /No event is like that/],
      [['--type', 'user:registered'], /add --yes\. Nothing was changed/],
      [['--type', 'user:registered', '--reason', ' ', '--yes'], /Say why, in 1 to 2000 characters/],
      [['--type', 'user:registered', '--reason', ''], /Say why/],
      [['--tpye', 'x'], /unknown option '--tpye'[\s\S]*--type/],
      [['resume', id], new RegExp(`There is no replay ${id}`)],
    ];
    for (const [args, reason] of refusals) {
      expect({ args, ...(await skelly(...args)) }).toEqual({ args, code: 1, said: expect.stringMatching(reason) });
    }
    expect(await rows('select from replay_run')).toEqual([]);
    expect(await rows('select from event_outbox')).toEqual([]);
    expect(await rows('select from operator_action')).toEqual([]);
  }, 60_000);
});
