import { startTestApi, type TestApi } from './testing/test-api';

describe('settings by the API', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  async function signIn(role: string) {
    const { client, userId } = await api.member();
    await api.database.pool.query('update users set role = $2 where id = $1', [userId, role]);
    return { client, userId };
  }
  const change = (changes: unknown, more = {}) => ({ changes, ...more });

  test('operators see them, and admins alone change them', async () => {
    const { client: admin, userId } = await signIn('admin');
    const { client: support } = await signIn('support');
    const { client: member } = await signIn('member');
    expect((await member.get('/api/ops/settings')).status).toBe(403);
    const body = change([{ key: 'retry.maxAttempts', value: 7 }], { version: 0, reason: 'a storm' });
    expect((await support.post('/api/ops/settings', body)).status).toBe(403);
    const answer = await admin.post('/api/ops/settings', body, { 'idempotency-key': 'once' });
    expect(answer).toMatchObject({ status: 200, body: { version: 1, changes: [{ before: null, value: 7 }] } });
    expect((await admin.post('/api/ops/settings', body, { 'idempotency-key': 'once' })).body).toEqual(answer.body);
    const seen = await support.get('/api/ops/settings');
    expect(seen.body.version).toBe(1);
    expect(seen.body.settings.find(({ key }: { key: string }) => key === 'retry.maxAttempts')).toMatchObject({
      value: 7,
      changedBy: `user:${userId}`,
    });
    const { rows } = await api.database.pool.query('select actor, action, reason from operator_action');
    expect(rows).toEqual([{ actor: `user:${userId}`, action: 'settings.change', reason: 'a storm' }]);
  });

  test('says of each what is wrong, and who was faster', async () => {
    const { client } = await signIn('admin');
    const wrong = await client.post(
      '/api/ops/settings',
      change([
        { key: 'retry.maxAttempts', value: 0 },
        { key: 'retry.jiter', value: true },
      ]),
    );
    expect(wrong).toMatchObject({
      status: 400,
      body: {
        code: 'settings_invalid',
        errors: [
          { path: 'retry.maxAttempts', message: 'must be a whole number of tries from 1 to 100, not 0' },
          { path: 'retry.jiter', message: 'there is no such setting; did you mean retry.jitter?' },
        ],
      },
    });
    const late = await client.post(
      '/api/ops/settings',
      change([{ key: 'retry.jitter', value: true }], { version: 99 }),
    );
    expect(late).toMatchObject({ status: 409, body: { code: 'settings_changed' } });
    const shapeless = await client.post('/api/ops/settings', change([{ key: 'retry.jitter' }]));
    expect(shapeless).toMatchObject({ status: 400, body: { code: 'invalid_body' } });
  });
});
