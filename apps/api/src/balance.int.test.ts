import { balanceResponse } from '@skelly/types/wallet';
import { startTestApi, type TestApi, type TestMember } from './testing/test-api';
import { createTestMarket } from './testing/test-market';
import { useWallets } from './testing/test-wallet';

describe('a balance from memory', () => {
  let api: TestApi;
  let other: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
    other = await startTestApi({ beside: api });
    await Promise.all([api.balances.sync(), other.balances.sync()]);
  });
  afterAll(async () => {
    await other.close();
    await api.close();
  });
  const { memberWith, walletOf, problem } = useWallets(() => api);
  const balanceOf = async ({ client }: Pick<TestMember, 'client'>, query = '') =>
    balanceResponse.parse((await client.get(`/api/wallet/balance${query}`)).body);
  /** The same member at the other process. */
  function elsewhere({ client: { cookie } }: TestMember) {
    const client = other.client();
    client.cookie = cookie;
    return { client };
  }

  test('is never older than one’s own command there, in whatever way it was written', async () => {
    const mara = await memberWith(1_000);
    expect(await balanceOf(mara)).toMatchObject({ currency: 'points', availableBalance: 1_000 });
    const { hits } = api.balanceCache.use();
    for (let round = 1; round <= 20; round += 1) {
      const { body } = await mara.client.post('/api/wallet/holds', { amount: 2 });
      expect(await balanceOf(mara)).toMatchObject({
        availableBalance: 1_000 - 2 * round,
        walletVersion: body.walletVersion,
      });
    }
    const market = createTestMarket(api);
    await market.request(mara, await market.creator());
    const { availableBalance, escrowBalance, walletVersion } = await walletOf(mara);
    expect(await balanceOf(mara)).toMatchObject({ availableBalance, escrowBalance, walletVersion });
    expect(api.balanceCache.use().hits).toBe(hits + 21);
  });

  test('is at another process as late as what was pushed, for whoever says what they have seen', async () => {
    const mara = await memberWith(1_000);
    const there = elsewhere(mara);
    await balanceOf(there);
    for (let round = 0; round < 20; round += 1) {
      await mara.client.post('/api/wallet/holds', { amount: 2 });
      const { rows } = await api.database.pool.query(
        `select max((data ->> 'walletVersion')::int) as version from push_message where channel = $1`,
        [`user:${mara.userId}`],
      );
      const { walletVersion, escrowBalance } = await balanceOf(there, `?atLeast=${rows[0].version}`);
      expect([walletVersion, escrowBalance]).toEqual([rows[0].version, 2 * (round + 1)]);
    }
    await mara.client.post('/api/wallet/holds', { amount: 2 });
    await other.balances.sync();
    expect((await balanceOf(there)).escrowBalance).toBe(42);
  });

  test('of somebody who has nothing is nothing, and nobody sees one of others', async () => {
    const teo = await api.member('Teo');
    expect(await balanceOf(teo, '?currency=gems')).toMatchObject({ currency: 'gems', availableBalance: 0 });
    expect(problem(await teo.client.get('/api/wallet/balance?currency=euros'))).toEqual([400, 'invalid_query']);
    expect(problem(await api.client().get('/api/wallet/balance'))).toEqual([401, 'unauthenticated']);
  });
});
