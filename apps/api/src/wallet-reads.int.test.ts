import { balanceChartResponse, recipientsResponse } from '@skelly/types/wallet';
import { startTestApi, type TestApi } from './testing/test-api';
import { useWallets } from './testing/test-wallet';

describe('what a wallet shows', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const { rows, memberWith, statementOf } = useWallets(() => api);

  describe('the statement', () => {
    test('comes by pages that may end anywhere, each line once, by account, kind and day', async () => {
      const [mara, teo] = [await memberWith(1_000), await api.member('Teo')];
      for (const amount of [1, 2, 3]) {
        await mara.client.post('/api/wallet/holds', { amount });
        await mara.client.post('/api/wallet/transfers', { amount, toUserId: teo.userId });
      }
      const all = (await statementOf(mara)).items;
      expect(all.map(({ kind, account, amount, balance }) => `${kind} ${account} ${amount} ${balance}`)).toEqual([
        'transfer available -3 988',
        'hold escrow 3 6',
        'hold available -3 991',
        'transfer available -2 994',
        'hold escrow 2 3',
        'hold available -2 996',
        'transfer available -1 998',
        'hold escrow 1 1',
        'hold available -1 999',
        'credit available 1000 1000',
      ]);
      expect(new Set(all.map(({ position }) => position)).size).toBe(10);
      for (const limit of [1, 2, 3, 10]) {
        const paged: typeof all = [];
        let cursor: number | null = null;
        do {
          const query: string = `?limit=${limit}${cursor === null ? '' : `&before=${cursor}`}`;
          const page = await statementOf(mara, query);
          paged.push(...page.items);
          cursor = page.nextCursor;
        } while (cursor !== null);
        expect(paged).toEqual(all);
      }
      const filtered = async (query: string) => (await statementOf(mara, query)).items.length;
      expect(await filtered('?account=escrow')).toBe(3);
      expect(await filtered('?kind=hold')).toBe(6);
      expect(await filtered('?account=available&kind=transfer')).toBe(3);
      expect(await filtered('?currency=gems')).toBe(0);
      const [today, before] = [0, 1].map((days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10));
      expect(await filtered(`?from=${before}&to=${today}`)).toBe(10);
      expect(await filtered(`?to=${new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)}`)).toBe(0);
      expect(await filtered('?from=2100-01-01')).toBe(0);
      expect((await mara.client.get('/api/wallet/statement?from=yesterday')).status).toBe(400);
      expect((await mara.client.get('/api/wallet/statement?limit=101')).status).toBe(400);
    });

    test('is a file, in which no name and no id is a formula', async () => {
      const [mara, eve] = [await memberWith(100), await api.member('=HYPERLINK("http://x","y")')];
      await mara.client.post('/api/wallet/transfers', { amount: 30, toUserId: eve.userId });
      await mara.client.post('/api/wallet/holds', { amount: 5, featureType: '@sum(1+1)', queueItemId: 'a,"b"' });
      const answer = await mara.client.get('/api/wallet/statement.csv');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(answer.headers.get('content-disposition')).toMatch(
        /^attachment; filename="statement-points-\d{4}-\d\d-\d\d\.csv"$/,
      );
      const lines = answer.body.split('\r\n');
      expect(lines[0]).toMatch(/^at,account,kind,reason,amount,balance,currency,counterparty,/);
      expect(lines).toHaveLength(6);
      expect(answer.body).toContain(`,-30,70,points,"'=HYPERLINK(""http://x"",""y"")",${eve.userId},`);
      expect(answer.body).toContain(`,'@sum(1+1),"a,""b""",`);
      expect((await mara.client.get('/api/wallet/statement.csv?account=escrow')).body.split('\r\n')).toHaveLength(3);
    });
  });

  test('the chart has the end of each day, and now', async () => {
    const mara = await memberWith(100);
    await mara.client.post('/api/wallet/holds', { amount: 30 });
    const { points } = balanceChartResponse.parse((await mara.client.get('/api/wallet/chart?days=3')).body);
    expect(points).toHaveLength(3);
    expect(points.at(-1)).toMatchObject({
      day: new Date().toISOString().slice(0, 10),
      availableBalance: 70,
      escrowBalance: 30,
    });
    expect(points[0]).toMatchObject({ availableBalance: 0, escrowBalance: 0, earningsBalance: 0 });
    expect((await mara.client.get('/api/wallet/chart?days=367')).status).toBe(400);
  });

  test('days are told apart by when a transfer was written, however many came since', async () => {
    const mara = await memberWith(100);
    const mine = `debit_account in (select id from ledger_account where owner = '${mara.userId}')
      or credit_account in (select id from ledger_account where owner = '${mara.userId}')`;
    // As if all of the ledger until now were from three days ago, and what comes from today.
    await rows('alter table ledger_transfer disable trigger user');
    await rows(`update ledger_transfer set created_at = now() - interval '3 days'`);
    await rows('alter table ledger_transfer enable trigger user');
    await mara.client.post('/api/wallet/holds', { amount: 30 });
    expect(await rows(`select from ledger_transfer where ${mine}`)).toHaveLength(2);
    const day = (before: number) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);
    const { points } = balanceChartResponse.parse((await mara.client.get('/api/wallet/chart?days=5')).body);
    expect(points.map(({ day, availableBalance, escrowBalance }) => [day, availableBalance, escrowBalance])).toEqual([
      [day(4), 0, 0],
      [day(3), 100, 0],
      [day(2), 100, 0],
      [day(1), 100, 0],
      [day(0), 70, 30],
    ]);
    const kinds = async (query: string) => (await statementOf(mara, query)).items.map(({ kind }) => kind);
    expect(await kinds(`?to=${day(1)}`)).toEqual(['credit']);
    expect(await kinds(`?from=${day(3)}&to=${day(3)}`)).toEqual(['credit']);
    expect(await kinds(`?from=${day(2)}`)).toEqual(['hold', 'hold']);
    expect(await kinds(`?from=${day(2)}&to=${day(1)}`)).toEqual([]);
  });

  test('a file is whole, or there is none', async () => {
    const mara = await memberWith(100);
    const owned = `select id from ledger_account where owner = '${mara.userId}' and currency = 'points'`;
    await mara.client.post('/api/wallet/holds', { amount: 1 });
    await rows('alter table ledger_transfer disable trigger user');
    await rows(`insert into ledger_transfer (id, operation_id, kind, reason, debit_account, credit_account, currency, amount, debit_balance, credit_balance)
      select gen_random_uuid(), 'many', 'hold', 'purchase', (${owned} and kind = 'available'), (${owned} and kind = 'escrow'), 'points', 1, 0, 0
      from generate_series(1, 9998)`);
    // A kind that is rare: each page reads so far, and the cursor goes on behind what was read.
    const first = await statementOf(mara, '?kind=credit');
    expect([first.items, first.nextCursor]).toEqual([[], expect.any(Number)]);
    const credits = [];
    for (let before = first.nextCursor; before !== null; ) {
      const page = await statementOf(mara, `?kind=credit&before=${before}`);
      credits.push(...page.items);
      before = page.nextCursor;
    }
    expect(credits.map(({ amount }) => amount)).toEqual([100]);
    expect((await mara.client.get('/api/wallet/statement.csv?kind=credit')).body.split('\r\n')).toHaveLength(3);
    const ask = () => mara.client.get('/api/wallet/statement.csv');
    expect((await ask()).body.split('\r\n')).toHaveLength(20_001);
    await rows(`insert into ledger_transfer (id, operation_id, kind, reason, debit_account, credit_account, currency, amount, debit_balance, credit_balance)
      select gen_random_uuid(), 'many', 'hold', 'purchase', (${owned} and kind = 'available'), (${owned} and kind = 'escrow'), 'points', 1, 0, 0
      from generate_series(1, 2)`);
    await rows('alter table ledger_transfer enable trigger user');
    const answer = await ask();
    expect([answer.status, answer.body.code]).toEqual([422, 'statement_too_long']);
  });

  test('recipients are found by how their names begin, eight at most, and never oneself', async () => {
    const zoe = await api.member('Zoë Zeta');
    for (let nth = 0; nth < 9; nth += 1) await api.member(`zoë ${nth}`);
    await api.member('Zo%e');
    const found = async (q: string) =>
      recipientsResponse.parse((await zoe.client.get(`/api/wallet/recipients?q=${encodeURIComponent(q)}`)).body).items;
    expect((await found('ZO')).length).toBe(8);
    expect((await found('zoë')).map(({ displayName }) => displayName)).toEqual(
      Array.from({ length: 8 }, (_, nth) => `zoë ${nth}`),
    );
    expect((await found('zo%')).map(({ displayName }) => displayName)).toEqual(['Zo%e']);
    expect(await found('zoë zeta')).toEqual([]);
    expect((await zoe.client.get('/api/wallet/recipients?q=z')).status).toBe(400);
  });
});
