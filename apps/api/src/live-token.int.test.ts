import { createHash } from 'node:crypto';
import { LIVE_TOKENS_AT_MOST, redeemLiveToken } from '@skelly/domain/session';
import { startTestApi, type TestApi, type TestClient } from './testing/test-api';

describe('POST /api/live/token', () => {
  let api: TestApi;
  let client: TestClient;
  let userId: string;
  const queries = () => api.database.queries;
  beforeAll(async () => {
    api = await startTestApi();
    client = api.client();
    const account = { email: 'mara@example.test', password: 'a long password', displayName: 'Mara' };
    userId = (await client.post('/api/auth/register', account)).body.userId;
  });
  afterAll(() => api.close());
  const issue = async () => (await client.post('/api/live/token')).body as { token: string; expiresAt: string };

  it('gives whoever is signed in a token for a minute, of which the database has the hash alone', async () => {
    const { token, expiresAt } = await issue();
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(50_000);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
    const { rows } = await api.database.pool.query('select token_hash, live_token::text as said from live_token');
    expect(rows).toHaveLength(1);
    expect(rows[0].token_hash).toEqual(createHash('sha256').update(token).digest());
    expect(rows[0].said).not.toContain(token);
    expect((await api.client().post('/api/live/token')).status).toBe(401);
  });

  it('is for one use, by whoever comes first', async () => {
    const { token } = await issue();
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeemLiveToken(queries(), token)));
    expect(answers.filter((answer) => 'session' in answer)).toEqual([
      { session: expect.objectContaining({ userId, role: 'member' }) },
    ]);
    expect(answers.filter((answer) => 'refused' in answer)).toEqual(Array(7).fill({ refused: 'token used' }));
  });

  it('is worth nothing when it is unknown, a minute old, or its session has ended', async () => {
    expect(await redeemLiveToken(queries(), 'x'.repeat(43))).toEqual({ refused: 'token unknown' });
    const old = await issue();
    const later = new Date(Date.parse(old.expiresAt));
    expect(await redeemLiveToken(queries(), old.token, later)).toEqual({ refused: 'token expired' });
    const orphan = await issue();
    await api.database.pool.query('update user_session set revoked_at = now()');
    expect(await redeemLiveToken(queries(), orphan.token)).toEqual({ refused: 'session ended' });
    await api.database.pool.query('update user_session set revoked_at = null');
  });

  it('is refused when a session asks for too many', async () => {
    const statuses: number[] = [];
    for (let nth = 0; nth < LIVE_TOKENS_AT_MOST; nth += 1) statuses.push((await client.post('/api/live/token')).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await client.post('/api/live/token')).body).toMatchObject({ code: 'too_many_tokens' });
  });
});
