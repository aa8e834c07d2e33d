import { eventually } from '@skelly/testkit';
import { type Answer, startTestApi, type TestApi } from './testing/test-api';

/** Far above what a statement takes here, and short for a test. */
const QUERY_TIMEOUT_MS = 600;

describe('without Postgres', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ queryTimeoutMs: QUERY_TIMEOUT_MS });
  });
  afterAll(() => api.close());
  const register = (email: string) =>
    api.client().post('/api/auth/register', { email, password: 'a long enough password', displayName: 'Mara' });

  function expectUnavailable(answer: Answer): void {
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'unavailable', '2']);
    expect(answer.body.detail).not.toMatch(/postgres|database|connect|read-only|timeout/i);
  }

  test('commands are answered 503 with Retry-After, and everything resumes by itself', async () => {
    await register('before@example.com');
    await api.postgres.cut();
    expectUnavailable(await register('during@example.com'));

    await api.postgres.restore();
    const accepted = await eventually('an accepted command', async () => {
      const answer = await register('after@example.com');
      return answer.status === 201 && answer;
    });
    expect(accepted.body.userId).toBeDefined();
  });

  test('so they are when it stands still, as soon as a statement may take no longer', async () => {
    await register('at-rest@example.com');
    api.postgres.freeze();
    try {
      const begun = performance.now();
      expectUnavailable(await register('frozen@example.com'));
      expect(performance.now() - begun).toBeGreaterThan(QUERY_TIMEOUT_MS / 2);
    } finally {
      await api.postgres.restore();
    }
    await eventually('an accepted command', async () => (await register('thawed@example.com')).status === 201);
  });

  test('so they are when it has become read-only, while questions are answered', async () => {
    const client = api.client();
    await client.post('/api/auth/register', {
      email: 'reader@example.com',
      password: 'a long enough password',
      displayName: 'Mara',
    });
    const { pool } = api.database;
    const name = new URL(api.database.url).pathname.slice(1);
    const reconnect = () =>
      pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'test-api' and datname = current_database()`,
      );
    await pool.query(`alter database ${name} set default_transaction_read_only = on`);
    await reconnect();
    await eventually('an answer to a question', async () => (await client.get('/api/auth/me')).status === 200);
    expectUnavailable(await register('read-only@example.com'));

    await pool.query(`alter database ${name} reset default_transaction_read_only`);
    await reconnect();
    await eventually('an accepted command', async () => (await register('writable@example.com')).status === 201);
  });
});
