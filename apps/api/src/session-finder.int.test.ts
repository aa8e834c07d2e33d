import { createSessionFinder } from '@skelly/domain/session';
import { startTestApi, type TestApi } from './testing/test-api';

describe('finding sessions', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());
  afterEach(() => jest.restoreAllMocks());
  const tokenOf = (cookie: string | undefined) => cookie?.split('=')[1] ?? '';
  const unknown = (nth: number) => String(nth).padStart(43, 'x');

  test('many at once share few statements, and each gets their own', async () => {
    const [mara, teo] = [await api.member(), await api.member('Teo')];
    const finder = createSessionFinder(api.database.queries);
    const query = jest.spyOn(api.database.pool, 'query');
    const [first, second] = [tokenOf(mara.client.cookie), tokenOf(teo.client.cookie)];
    const tokens = [first, second, first, ...Array.from({ length: 1_200 }, (_, nth) => unknown(nth)), second];
    const found = await Promise.all(tokens.map((token) => finder.find(token)));
    expect(found.map((session) => session?.userId ?? null)).toEqual([
      mara.userId,
      teo.userId,
      mara.userId,
      ...Array(1_200).fill(null),
      teo.userId,
    ]);
    expect(found[0]).not.toHaveProperty('tokenHash');
    expect(query).toHaveBeenCalledTimes(3);
  });

  test('what is no token is not asked for; what has ended is not found', async () => {
    const { client } = await api.member();
    const finder = createSessionFinder(api.database.queries);
    const token = tokenOf(client.cookie);
    expect(await finder.find(token)).not.toBeNull();
    await client.post('/api/auth/logout');
    expect(await finder.find(token)).toBeNull();
    const query = jest.spyOn(api.database.pool, 'query');
    expect(await Promise.all([finder.find(undefined), finder.find('short')])).toEqual([null, null]);
    expect(query).not.toHaveBeenCalled();
  });

  test('a statement that fails fails for those who share it, and for nobody after', async () => {
    const { client, userId } = await api.member();
    const finder = createSessionFinder(api.database.queries);
    jest.spyOn(api.database.pool, 'query').mockImplementationOnce(() => Promise.reject(new Error('away')));
    const token = tokenOf(client.cookie);
    const answers = await Promise.allSettled([finder.find(token), finder.find(unknown(1))]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await finder.find(token))?.userId).toBe(userId);
  });
});
