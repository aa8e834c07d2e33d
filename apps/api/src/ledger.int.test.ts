import { auditLedger } from '@skelly/domain/ledger-audit';
import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createTestLog } from '@skelly/testkit/log';
import { startTestApi, type TestApi } from './testing/test-api';

describe('the audit of the ledger by the API', () => {
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

  const shownTo = async () =>
    (
      await api.database.pool.query(
        `select action, actor as by, target from operator_action where action = 'ledger.show' order by id`,
      )
    ).rows;

  test('operators see what it found, and admins alone unfreeze, once it is repaired', async () => {
    const { client: admin, userId: adminId } = await signIn('admin');
    const { client: support, userId: supportId } = await signIn('support');
    const { client: member, userId } = await signIn('member');
    const { events, database } = api;
    const wallets = new WalletService(createLedger({ events, database, now: () => new Date(), log: createTestLog() }));
    const corrupt = (by: number) =>
      database.pool.query(`update ledger_account set balance = balance + $1 where owner = $2 and kind = 'escrow'`, [
        by,
        userId,
      ]);
    await wallets.credit({ userId, amount: 100, reason: 'top_up' });
    expect((await support.get('/api/ops/ledger')).body).toMatchObject({
      head: { position: 0, waiting: 1, finishedAt: null },
      violations: [],
      openViolations: 0,
      frozen: [],
    });
    await corrupt(9);
    await events.transaction((work) => auditLedger(work));
    expect((await member.get('/api/ops/ledger')).status).toBe(403);
    const seen = (await support.get('/api/ops/ledger')).body;
    expect(seen).toMatchObject({
      head: { position: 1, waiting: 0, transfers: 1, accounts: 3, finishedAt: expect.any(String) },
      openViolations: 2,
      frozen: [{ userId, currency: 'points', displayName: 'Mara', reason: 'audit: balance, escrow', open: 2 }],
    });
    expect(await shownTo()).toEqual([{ action: 'ledger.show', by: `user:${supportId}`, target: `wallet:${userId}` }]);
    expect(seen.violations.map(({ rule }: { rule: string }) => rule).sort()).toEqual(['balance', 'escrow']);

    const body = { userId, currency: 'points', reason: 'set back' };
    const unfreeze = (client: typeof admin, key = 'once') =>
      client.post('/api/ops/ledger/unfreeze', body, { 'idempotency-key': key });
    expect((await unfreeze(support)).status).toBe(403);
    expect(await unfreeze(admin, 'too-early')).toMatchObject({ status: 409, body: { code: 'wallet_still_violated' } });
    await corrupt(-9);
    const answer = await unfreeze(admin);
    expect(answer).toMatchObject({ status: 200, body: { userId, resolved: 2 } });
    expect((await unfreeze(admin)).body).toEqual(answer.body);
    expect(await unfreeze(admin, 'again')).toMatchObject({ status: 409, body: { code: 'wallet_not_frozen' } });
    expect((await support.get('/api/ops/ledger')).body).toMatchObject({
      openViolations: 0,
      frozen: [],
      violations: [
        { resolvedBy: `user:${adminId}`, note: 'set back' },
        { resolvedBy: `user:${adminId}`, note: 'set back' },
      ],
    });
    const empty = await admin.post('/api/ops/ledger/unfreeze', { ...body, reason: ' ' });
    expect(empty).toMatchObject({ status: 400, body: { code: 'invalid_body' } });
  });

  test('it is recorded who was shown whose wallet, once an hour however often the page reads', async () => {
    const { client, userId: operator } = await signIn('support');
    const find = async (owner: string | null) =>
      (
        await api.database.pool.query(
          `insert into ledger_violation (id, rule, subject, owner, currency, evidence)
           values (gen_random_uuid(), 'balance', 'account:' || coalesce($1, 'system'), $1, 'points', '{"expected":{},"found":{},"transfers":[]}')
           returning id`,
          [owner],
        )
      ).rows[0].id;
    const ofNoWallet = await find(null);
    await find('one');
    const targets = async () =>
      (await shownTo()).filter(({ by }) => by === `user:${operator}`).map(({ target }) => target);
    for (let nth = 0; nth < 3; nth += 1) await client.get('/api/ops/ledger');
    const first = await targets();
    expect(first).toEqual(expect.arrayContaining([ofNoWallet, 'wallet:one']));
    expect(new Set(first).size).toBe(first.length);
    await find('two');
    for (let nth = 0; nth < 2; nth += 1) await client.get('/api/ops/ledger');
    expect((await targets()).slice(first.length)).toEqual(['wallet:two']);
  });
});
