import type { SettingValues } from '@skelly/types/setting';
import { startTestApi, type TestApi } from './testing/test-api';
import { useWallets } from './testing/test-wallet';

describe('limits over HTTP', () => {
  const settings: { -readonly [Key in keyof SettingValues]?: SettingValues[Key] } = {
    'walletLimit.memberMaxAmount': 100,
    'walletLimit.memberDailyAmount': 150,
    'walletLimit.memberPerMinute': 3,
  };
  const clock = { now: new Date() };
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ settings, now: () => clock.now });
  });
  afterAll(() => api.close());
  const { rows, memberWith, walletOf, refusals, problem, key } = useWallets(() => api);

  test('are those of the role, told with what is used, and followed when settings change', async () => {
    const mara = await memberWith(10_000);
    const hold = (amount: number, headers = {}) => mara.client.post('/api/wallet/holds', { amount }, headers);
    expect(problem(await hold(101))).toEqual([422, 'amount_limit']);
    await hold(100);
    const refused = await hold(51, key('later'));
    expect(problem(refused)).toEqual([429, 'daily_limit']);
    expect(refused.body.detail).toMatch(/^150 points .*100 points are used and 50 points are left until .*T00:00:00/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await walletOf(mara)).limits).toMatchObject({
      maxAmount: 100,
      dailyAmount: 150,
      usedToday: 100,
      perMinute: 3,
    });
    expect((await refusals(mara.userId)).map(({ code }) => code)).toEqual(['amount_limit', 'daily_limit']);

    settings['walletLimit.memberDailyAmount'] = 1_000;
    // What a limit refuses is decided anew, also with the same key.
    expect((await hold(51, key('later'))).status).toBe(200);
    expect((await hold(1)).status).toBe(200);
    const fourth = await hold(1);
    expect(problem(fourth)).toEqual([429, 'rate_limit']);
    expect(Number(fourth.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    clock.now = new Date(clock.now.getTime() + 60_000);
    expect((await hold(1)).status).toBe(200);

    await rows(`update users set role = 'creator' where id = $1`, [mara.userId]);
    expect((await hold(5_000)).status).toBe(200);
  });
});
