import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestAdmin } from './testing/admin';
import { runSkelly } from './testing/run-skelly';

describe('skelly audit', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('tells who did what, by name of the account or of the terminal', async () => {
    const { id, env } = await createTestAdmin(database);
    const skelly = (...args: readonly string[]) => runSkelly(database.url, args, env);
    expect((await skelly('audit', 'list')).said).toBe('No such action is recorded.\n');
    await skelly('announce', 'Closed at noon');
    await skelly('breakers', 'reset', 'mail.send');
    await runSkelly(database.url, ['withdraw']);
    await skelly('recurring', 'cancel', 'nothing');

    const { said } = await skelly('audit', 'list', '--json');
    const terminal = expect.stringMatching(/@/);
    expect(JSON.parse(said)).toEqual([
      expect.objectContaining({ actor: 'cli', action: 'announcement.withdraw', detail: { terminal } }),
      expect.objectContaining({
        actor: `user:${id}`,
        action: 'breakers.reset',
        target: 'mail.send',
        detail: { breakers: 0, woken: 0, terminal },
      }),
      expect.objectContaining({
        actor: `user:${id}`,
        action: 'announcement.publish',
        detail: { text: 'Closed at noon', until: null, terminal },
      }),
    ]);
    const [, reset] = JSON.parse(said);
    const found = await skelly('audit', 'list', '--action', 'breakers.reset', '--actor', `user:${id}`);
    expect(found.said).toMatch(new RegExp(`^\\S+  user:${id}  breakers.reset  mail.send  ${reset.id}\\n  {"`));
    const { rows } = await database.pool.query(`select distinct actor from event_history order by actor`);
    expect(rows).toEqual([{ actor: 'cli' }, { actor: `user:${id}` }]);
  });

  test('refuses who is no admin, and what it cannot read', async () => {
    const refusals: [readonly string[], Readonly<Record<string, string>>, RegExp][] = [
      [
        ['withdraw'],
        { SKELLY_OPERATOR: 'eve@example.com' },
        /^SKELLY_OPERATOR: eve@example\.com is no admin.*Nothing was changed/,
      ],
      [['audit', 'list', '--before', 'yesterday'], {}, /--before: "yesterday" is no id: a UUID/],
      [['audit', 'list', '--limit', '5000'], {}, /--limit is a whole number from 1 to 1000/],
    ];
    for (const [args, env, reason] of refusals) {
      expect(await runSkelly(database.url, args, env)).toEqual({ code: 1, said: expect.stringMatching(reason) });
    }
  });
});
