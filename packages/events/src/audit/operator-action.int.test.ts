import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { withEventContext } from '../context';
import { createEventSystem } from '../event-system';
import { runRetention } from '../retention/retention';
import { createTestLog } from '../testing/log';
import { listOperatorActions, recordDataShown, recordOperatorAction } from './operator-action';

const silent = { committed: () => undefined, close: async () => undefined };

describe('what operators do', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const deps = () => ({ database, events: createEventSystem({ database, notifier: silent, now: () => new Date() }) });
  const list = (page = {}) => listOperatorActions(database.queries, { limit: 10, ...page });

  test('is kept with who, what, why, and found again', async () => {
    await recordOperatorAction(database.queries, { action: 'queues.purge', target: 'mail', reason: 'a test' });
    await withEventContext({ actor: 'user:7' }, () =>
      recordOperatorAction(database.queries, { action: 'dlq.discard', detail: { ids: [1, 2] } }),
    );
    const [second, first] = await list();
    expect(first).toMatchObject({
      actor: 'system',
      action: 'queues.purge',
      target: 'mail',
      reason: 'a test',
      detail: {},
    });
    expect(second).toMatchObject({ actor: 'user:7', target: null, reason: null, detail: { ids: [1, 2] } });
    expect(await list({ action: 'queues.purge', target: 'mail' })).toEqual([first]);
    expect(await list({ actor: 'user:7' })).toEqual([second]);
    expect(await list({ before: second?.id })).toEqual([first]);
    expect(await list({ limit: 1 })).toEqual([second]);
  });

  test('tells of data that was shown once an hour for each who, what and to whom', async () => {
    const show = (actor: string, target: string, action = 'events.show-data') =>
      withEventContext({ actor }, () => recordDataShown(deps(), { action, targets: [target] }));
    for (const actor of ['user:1', 'user:1', 'user:2']) await show(actor, 'a');
    await show('user:1', 'b');
    await show('user:1', 'a', 'events.show-told');
    expect((await list()).map(({ actor, target }) => `${actor} ${target}`).reverse()).toEqual([
      'user:1 a',
      'user:2 a',
      'user:1 b',
      'user:1 a',
    ]);
    await database.pool.query(
      `insert into operator_action (id, at, actor, action, target)
       values (uuid_floor(now() - interval '61 minutes'), now() - interval '61 minutes', 'user:3', 'events.show-data', 'a')`,
    );
    await show('user:3', 'a');
    expect(await list({ actor: 'user:3' })).toHaveLength(2);
  });

  test('tells of a list by what is in it, and when it is read again by what is new', async () => {
    const show = (...targets: string[]) =>
      withEventContext({ actor: 'user:1' }, () => recordDataShown(deps(), { action: 'disputes.list', targets }));
    const targets = async () => (await list()).map(({ target }) => target).sort();
    await show();
    await show('a', 'b', 'a', 'x'.repeat(600));
    await show('x'.repeat(601), 'a', 'c');
    await show('c', 'b');
    expect(await targets()).toEqual(['a', 'b', 'c', 'x'.repeat(500)]);
    expect(await list({ target: 'c' })).toMatchObject([{ actor: 'user:1', action: 'disputes.list', detail: {} }]);
  });

  test('tells once of what is shown many times at once', async () => {
    const targets = Array.from({ length: 30 }, (_, nth) => `t${nth}`);
    await withEventContext({ actor: 'user:1' }, () =>
      Promise.all(
        targets
          .slice(20)
          .map(() => recordDataShown(deps(), { action: 'disputes.list', targets, detail: { terminal: 'x' } })),
      ),
    );
    const told = await list({ limit: 1_000 });
    expect(told.map(({ target }) => target).sort()).toEqual([...targets].sort());
    expect(told[0]).toMatchObject({ actor: 'user:1', detail: { terminal: 'x' } });
  });

  test('is found by an index whatever is asked for', async () => {
    await database.pool.query(
      `insert into operator_action (id, at, actor, action, target)
       select uuid_floor(now() - n * interval '1 minute'), now() - n * interval '1 minute', 'user:' || n % 500, 'a.' || n % 50, 't' || n % 9000
       from generate_series(1, 30000) as n`,
    );
    await database.pool.query('analyze operator_action');
    for (const [column, value] of [
      ['actor', 'user:7'],
      ['action', 'a.7'],
      ['target', 't7'],
    ]) {
      const { rows } = await database.pool.query(
        `explain select * from operator_action where ${column} = '${value}' order by id desc limit 50`,
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(`operator_action_${column}`);
    }
  });

  test('is bounded: long words are cut, and long or unwritable detail is not stored', async () => {
    await recordOperatorAction(database.queries, {
      action: 'test',
      target: 'x'.repeat(600),
      reason: 'y'.repeat(3_000),
      detail: { ids: Array.from({ length: 5_000 }, (_, id) => id) },
    });
    await recordOperatorAction(database.queries, {
      action: 'test',
      reason: 'a\u0000b',
      detail: { odd: '\u0000\ud800' },
    });
    const [odd, long] = await list();
    expect(long?.target).toHaveLength(500);
    expect(long?.reason).toHaveLength(2_000);
    expect(long?.detail).toEqual({ leftOut: expect.stringMatching(/^\d+ bytes of detail$/) });
    expect(odd).toMatchObject({ reason: 'a\u2400b', detail: { odd: '\u2400\ufffd' } });
    const most = Array.from({ length: 420 }, (_, id) => ({ id }));
    await recordOperatorAction(database.queries, { action: 'test', detail: { most } });
    expect((await list({ limit: 1 }))[0]?.detail).toEqual({ most });
  });

  test('can be neither changed nor deleted, also by the role that owns the table', async () => {
    await recordOperatorAction(database.queries, { action: 'test' });
    for (const attempt of [
      `update operator_action set actor = 'nobody'`,
      'delete from operator_action',
      'truncate operator_action',
    ]) {
      await expect(database.pool.query(attempt)).rejects.toThrow(/operator_action is append only/);
    }
    expect(await list()).toHaveLength(1);
  });

  test('goes after three years, and not sooner', async () => {
    for (const days of [1_090, 1_101]) {
      await database.pool.query(
        `insert into operator_action (id, at, actor, action) values (gen_random_uuid(), now() - $1 * interval '1 day', 'cli', $2)`,
        [days, `${days}`],
      );
    }
    const days = { history: 400, processingLog: 90, pushes: 7 };
    await runRetention({ directUrl: database.url, log: createTestLog(), now: () => new Date() }, days);
    expect((await list()).map(({ action }) => action)).toEqual(['1090']);
  });
});
