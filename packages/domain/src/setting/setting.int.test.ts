import { createEventSystem, withEventContext } from '@skelly/events';
import { createTestDatabase, eventually, startTcpProxy, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import type { SettingKey } from '@skelly/types/setting';
import { changeSettings, floorOf, listSettings, type SettingsWatch, watchSettings } from './index';

describe('settings', () => {
  let database: TestDatabase;
  const watches: SettingsWatch[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(watches.splice(0).map((watch) => watch.stop()));
    await database.drop();
  });

  const rows = async (text: string) => (await database.pool.query(text)).rows;
  /** As another process does. */
  const change = (changes: Readonly<Record<string, number | boolean | string | null>>, more = {}) => {
    const notifier = { committed: () => undefined, close: async () => undefined };
    const events = createEventSystem({ database, notifier, now: () => new Date() });
    return withEventContext({ actor: 'user:7' }, () =>
      events.transaction((work) =>
        changeSettings(work, { changes: Object.entries(changes).map(([key, value]) => ({ key, value })), ...more }),
      ),
    );
  };

  async function watch(options: { env?: Record<string, unknown>; directUrl?: string } = {}) {
    const log = createTestLog();
    const followed = watchSettings({
      database,
      directUrl: options.directUrl ?? database.url,
      applicationName: 'test-settings',
      floor: floorOf(options.env ?? {}),
      log,
    });
    watches.push(followed);
    await followed.read;
    return { followed, lines: log.lines };
  }
  const listening = (count: number) =>
    eventually('listeners', async () => {
      const open = await rows(
        `select from pg_stat_activity where application_name = 'test-settings' and query = 'listen skelly_setting' and datname = current_database()`,
      );
      return open.length === count;
    });

  describe('when they are changed', () => {
    test('all are written with who, when and why, and the event tells everyone keys and operators values', async () => {
      expect(await change({ 'retry.maxAttempts': 5, 'retry.jitter': false }, { reason: 'a storm' })).toEqual({
        version: 1,
        changes: [
          { key: 'retry.maxAttempts', before: null, value: 5 },
          { key: 'retry.jitter', before: null, value: false },
        ],
      });
      const { version, settings } = await listSettings(database.queries);
      expect(version).toBe(1);
      expect(settings.find(({ key }) => key === 'retry.maxAttempts')).toMatchObject({
        value: 5,
        valid: true,
        changedBy: 'user:7',
        env: 'EVENT_DEFAULT_MAX_RETRIES',
      });
      const changes = await change({ 'retry.maxAttempts': null, 'retry.jitter': false });
      expect(changes.changes).toEqual([{ key: 'retry.maxAttempts', before: 5, value: null }]);
      expect(await change({ 'retry.jitter': false })).toEqual({ version: 2, changes: [] });
      expect(await rows('select data from push_message order by "offset"')).toEqual([
        { data: { version: 1, keys: ['retry.maxAttempts', 'retry.jitter'] } },
        { data: { version: 2, keys: ['retry.maxAttempts'] } },
      ]);
      expect(
        await rows(`select data->'version' as version from event_history where type = 'system:setting.changed'`),
      ).toEqual([{ version: 1 }, { version: 2 }]);
      const [first] = await rows('select actor, action, target, reason, detail from operator_action order by id');
      expect(first).toMatchObject({
        actor: 'user:7',
        action: 'settings.change',
        target: 'retry.maxAttempts retry.jitter',
        reason: 'a storm',
        detail: { version: 1, changes: [{ before: null, value: 5 }, { value: false }] },
      });
    });

    test('nothing is when one of them is wrong, or somebody was faster', async () => {
      await expect(
        change({ 'retry.maxAttempts': 5, 'handler.timeoutMs': '30s', 'retry.maxAttempt': 3 }),
      ).rejects.toMatchObject({
        code: 'settings_invalid',
        message:
          'Nothing was changed. handler.timeoutMs: must be a whole number of milliseconds from 10 to 43200000, not "30s". ' +
          'retry.maxAttempt: there is no such setting; did you mean retry.maxAttempts?',
        fields: [{ path: 'handler.timeoutMs' }, { path: 'retry.maxAttempt' }],
      });
      const both = await Promise.allSettled([
        change({ 'retry.maxAttempts': 5 }, { version: 0 }),
        change({ 'retry.backoffMs': 5 }, { version: 0 }),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = both.find((one) => one.status === 'rejected');
      expect(refused).toMatchObject({ reason: { code: 'settings_changed', kind: 'conflict' } });
      expect(await rows('select from setting')).toHaveLength(1);
      expect(await rows('select from operator_action')).toHaveLength(1);
    });

    test('a key that is none cannot be unset, but what another version has set can', async () => {
      await expect(change({ 'retry.maxAttempts': null, 'retry.maxAttempt': null })).rejects.toMatchObject({
        code: 'settings_invalid',
        message: 'Nothing was changed. retry.maxAttempt: there is no such setting; did you mean retry.maxAttempts?',
      });
      expect((await change({ 'retry.maxAttempts': null })).changes).toEqual([]);
      await rows(`insert into setting (key, value) values ('retry.later', '1')`);
      expect(await change({ 'retry.later': null })).toMatchObject({
        changes: [{ key: 'retry.later', before: 1, value: null }],
      });
      expect(await rows('select from setting')).toHaveLength(0);
    });

    test.each([
      ['{"seconds": 5}', '{"seconds":5}'],
      ['[5]', '[5]'],
      ['null', 'null'],
      ['"5"', '5'],
    ])('%s, written by hand, is shown as what it is, and can be mended or taken away', async (written, shown) => {
      const insert = () => rows(`insert into setting (key, value) values ('retry.maxAttempts', '${written}')`);
      await insert();
      const { settings } = await listSettings(database.queries);
      expect(settings.find(({ key }) => key === 'retry.maxAttempts')).toMatchObject({ value: shown, valid: false });
      const mended = await change({ 'retry.maxAttempts': 5 });
      expect(mended.changes).toEqual([{ key: 'retry.maxAttempts', before: shown, value: 5 }]);
      expect(await rows('select value from setting')).toEqual([{ value: 5 }]);
      await rows('delete from setting');
      await insert();
      const unset = await change({ 'retry.maxAttempts': null });
      expect(unset.changes).toEqual([{ key: 'retry.maxAttempts', before: shown, value: null }]);
      expect(await rows('select from setting')).toHaveLength(0);
    });
  });

  describe('are followed', () => {
    test('by every process within a second, each upon its own environment', async () => {
      const one = await watch({ env: { EVENT_DEFAULT_TIMEOUT: 5_000 } });
      const two = await watch();
      const heard: (readonly SettingKey[])[] = [];
      one.followed.onChange((keys) => heard.push(keys));
      await listening(2);
      await change({ 'retry.maxAttempts': 9, 'log.level': 'debug' });
      for (const { followed } of [one, two]) {
        await eventually('the change', () => followed.current['retry.maxAttempts'] === 9, { withinMs: 1_000 });
        expect(followed.current['log.level']).toBe('debug');
      }
      expect(one.followed.current['handler.timeoutMs']).toBe(5_000);
      expect(two.followed.current['handler.timeoutMs']).toBe(30_000);
      await change({ 'retry.maxAttempts': null });
      for (const { followed } of [one, two])
        await eventually('the way back', () => followed.current['retry.maxAttempts'] === 3, { withinMs: 1_000 });
      expect(heard).toEqual([['log.level', 'retry.maxAttempts'], ['retry.maxAttempts']]);
    });

    test('without hints too, and keep their values while Postgres is away', async () => {
      const proxy = await startTcpProxy(database.url);
      await proxy.cut();
      const { followed } = await watch({ directUrl: proxy.url });
      await change({ 'queue.maxDepth': 70 });
      await eventually('the change', () => followed.current['queue.maxDepth'] === 70, { withinMs: 1_000 });
      await proxy.close();
    });

    test('to an older state, as of a backup that was restored', async () => {
      const { followed } = await watch();
      await change({ 'retry.maxAttempts': 9 });
      await rows('create table backup as table setting');
      await change({ 'retry.maxAttempts': 4, 'retry.backoffMs': 70 });
      await eventually('the newer state', () => followed.current['retry.backoffMs'] === 70);
      const client = await database.pool.connect();
      await client.query(
        'begin; delete from setting; insert into setting table backup; update setting_head set version = 1; commit',
      );
      client.release();
      await eventually('the older state', () => followed.current['retry.maxAttempts'] === 9, { withinMs: 1_000 });
      expect(followed.current['retry.backoffMs']).toBe(1_000);
    });

    test('but for a value that was written by hand and is not allowed: said once, and the last good one kept', async () => {
      const { followed, lines } = await watch();
      await change({ 'handler.timeoutMs': 700 });
      await eventually('a good value', () => followed.current['handler.timeoutMs'] === 700);
      await rows(`update setting set value = '"soon"' where key = 'handler.timeoutMs'`);
      await rows(`insert into setting (key, value) values ('retry.maxAttempts', '8')`);
      await eventually('the good row', () => followed.current['retry.maxAttempts'] === 8);
      await change({ 'retry.backoffMs': 1 });
      await eventually('the next', () => followed.current['retry.backoffMs'] === 1);
      expect(followed.current['handler.timeoutMs']).toBe(700);
      expect(lines.filter(({ level }) => level === 'error')).toEqual([
        {
          level: 'error',
          message: 'settings that are not allowed are refused; their last good values are kept',
          fields: {
            refused: [
              {
                key: 'handler.timeoutMs',
                problem: 'must be a whole number of milliseconds from 10 to 43200000, not "soon"',
              },
            ],
          },
        },
      ]);
      const { settings } = await listSettings(database.queries);
      expect(settings.find(({ key }) => key === 'handler.timeoutMs')).toMatchObject({ value: 'soon', valid: false });
      await change({ 'handler.timeoutMs': null });
      await eventually('the environment’s', () => followed.current['handler.timeoutMs'] === 30_000);
    });
  });
});
