import { eventually } from '@skelly/testkit';
import { startTestApi, type TestApi } from './testing/test-api';

describe('without Postgres', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());
  const register = (email: string) =>
    api.client().post('/api/auth/register', { email, password: 'a long enough password', displayName: 'Mara' });

  test('commands are answered 503 with Retry-After, and everything resumes by itself', async () => {
    await register('before@example.com');
    await api.postgres.cut();
    const refused = await register('during@example.com');
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'unavailable', '2']);
    expect(refused.body.detail).not.toMatch(/postgres|database|connect/i);

    await api.postgres.restore();
    const accepted = await eventually('an accepted command', async () => {
      const answer = await register('after@example.com');
      return answer.status === 201 && answer;
    });
    expect(accepted.body.userId).toBeDefined();
  });
});
