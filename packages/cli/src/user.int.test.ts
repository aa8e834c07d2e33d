import { createTestDatabase, freePort, type TestDatabase } from '@skelly/testkit';
import { runSkelly } from './testing/run-skelly';

const password = 'keeps every key';

describe('skelly user', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const skelly = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runSkelly(database.url, args, { SKELLY_ADMIN_PASSWORD: password, ...env });
  const createAdmin = (email: string, name = 'Ada') => ['user', 'create-admin', '--email', email, '--name', name];
  const grant = (email: string, role: string) => ['user', 'grant', '--email', email, '--role', role];
  const roleOf = async (email: string) =>
    (await database.pool.query<{ role: string }>('select role from users where email = $1', [email])).rows[0]?.role;

  test('makes an admin, with the event of a registration, and gives roles', async () => {
    const made = await skelly(createAdmin(' Ada@Example.com '));
    expect(made).toEqual({ code: 0, said: expect.stringMatching(/^Made ada@example\.com an admin \([\w-]{36}\)\./) });
    expect(await roleOf('ada@example.com')).toBe('admin');
    const { rows } = await database.pool.query('select type, actor from event_history');
    expect(rows).toEqual([{ type: 'user:registered', actor: 'cli' }]);

    expect(await skelly(grant('ADA@example.com', 'support'))).toEqual({
      code: 0,
      said: 'ada@example.com is now support.\n',
    });
    expect(await roleOf('ada@example.com')).toBe('support');
    await skelly(grant('ada@example.com', 'support'));
    const { rows: changes } = await database.pool.query(
      `select data->>'role' as role, actor from event_history where type = 'user:role.changed'`,
    );
    expect(changes).toEqual([{ role: 'support', actor: 'cli' }]);

    const again = await skelly(createAdmin('ada@example.com'));
    expect(again).toEqual({ code: 1, said: expect.stringMatching(/^There is an account with this address\./) });
    expect(await roleOf('ada@example.com')).toBe('support');
  });

  test('refuses what cannot be done, says why, and changes nothing', async () => {
    const count = async () => (await database.pool.query('select from users')).rowCount;
    const before = await count();
    const away = { DATABASE_URL: `postgres://127.0.0.1:${await freePort()}/x` };
    const refusals: [readonly string[], Readonly<Record<string, string>>, RegExp][] = [
      [createAdmin('eve@example.com'), { SKELLY_ADMIN_PASSWORD: 'short' }, /^the password: .*10 characters/],
      [grant('nobody@example.com', 'admin'), {}, /^No member has the address nobody@example\.com\./],
      [createAdmin('eve@example.com'), away, /^Postgres does not answer/],
    ];
    const answers = await Promise.all(refusals.map(([args, env]) => skelly(args, env)));
    for (const [index, [, , reason]] of refusals.entries()) {
      expect(answers[index]).toEqual({ code: 1, said: expect.stringMatching(reason) });
      expect(answers[index]?.said).not.toMatch(/\n\s+at /);
    }
    expect(await count()).toBe(before);
  });
});
