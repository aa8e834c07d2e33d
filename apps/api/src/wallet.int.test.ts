import { randomUUID } from 'node:crypto';
import { eventually } from '@skelly/testkit';
import { operationResponse, walletResponse } from '@skelly/types/wallet';
import { startTestApi, type TestApi, type TestMember } from './testing/test-api';
import { useWallets } from './testing/test-wallet';

describe('the wallet over HTTP', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const { rows, memberWith, walletOf, statementOf, refusals, problem, key } = useWallets(() => api);

  test('nobody has one without signing in', async () => {
    const paths = ['', '/statement', '/statement.csv', '/chart', '/recipients?q=ma', `/top-ups/${randomUUID()}`];
    for (const path of paths) expect((await api.client().get(`/api/wallet${path}`)).status).toBe(401);
    for (const path of ['transfers', 'earnings/collect', 'holds', `holds/${randomUUID()}/release`, 'top-ups'])
      expect((await api.client().post(`/api/wallet/${path}`, {})).status).toBe(401);
  });

  test('shows every currency, limits, and where to follow it from', async () => {
    const member = await api.member();
    const { wallets, stream } = walletResponse.parse((await member.client.get('/api/wallet')).body);
    expect(wallets.map(({ currency }) => currency)).toEqual(['points', 'gems']);
    expect(wallets[0]).toMatchObject({
      availableBalance: 0,
      walletVersion: 0,
      frozen: false,
      limits: { usedToday: 0 },
    });
    expect(stream.channel).toBe(`user:${member.userId}`);
    const funded = await memberWith(500);
    await funded.client.post('/api/wallet/holds', { amount: 200 });
    expect(await walletOf(funded)).toMatchObject({
      availableBalance: 300,
      escrowBalance: 200,
      walletVersion: 3,
      limits: { usedToday: 200, maxAmount: 1_000_000 },
    });
  });

  test('sends money to another member, and tells of the event to wait for', async () => {
    const [mara, teo] = [await memberWith(100), await api.member('Teo')];
    const answer = await mara.client.post('/api/wallet/transfers', { amount: 30, toUserId: teo.userId }, key());
    expect(operationResponse.parse(answer.body)).toMatchObject({ availableBalance: 70, amount: 30, escrowId: null });
    expect(answer.headers.get('x-correlation-id')).toBe(answer.headers.get('x-request-id'));
    expect(await walletOf(teo)).toMatchObject({ availableBalance: 30 });
    const [line] = (await statementOf(teo)).items;
    expect(line).toMatchObject({
      kind: 'transfer',
      amount: 30,
      balance: 30,
      counterparty: { userId: mara.userId, displayName: 'Mara' },
    });
    expect(
      (
        await rows(`select actor from event_history where type = 'wallet:ledger-entry.created' and subject = $1`, [
          `wallet:${mara.userId}`,
        ])
      ).at(-1),
    ).toEqual({ actor: `user:${mara.userId}` });
  });

  test('knows members and holds however their ids are written', async () => {
    const [mara, teo] = [await memberWith(100), await api.member('Teo')];
    const send = (toUserId: string) => mara.client.post('/api/wallet/transfers', { amount: 30, toUserId });
    expect((await send(teo.userId.toUpperCase())).status).toBe(200);
    expect(await walletOf(teo)).toMatchObject({ availableBalance: 30 });
    expect(problem(await send(mara.userId.toUpperCase()))).toEqual([422, 'same_wallet']);
    const { body } = await mara.client.post('/api/wallet/holds', { amount: 10 });
    const released = await mara.client.post(`/api/wallet/holds/${body.escrowId.toUpperCase()}/release`);
    expect(released.body).toMatchObject({ escrowId: body.escrowId, escrowBalance: 0 });
  });

  test('refuses what cannot be, moves nothing, and keeps a line of each', async () => {
    const [mara, teo] = [await memberWith(100), await api.member('Teo')];
    const before = await walletOf(mara);
    const send = (body: object) => mara.client.post('/api/wallet/transfers', { toUserId: teo.userId, ...body });
    for (const amount of [0, -1, 1.5, 1e13, '5', null, undefined])
      expect(problem(await send({ amount }))).toEqual([400, 'amount_invalid']);
    expect(problem(await send({ amount: 1, currency: 'euros' }))).toEqual([400, 'currency_unknown']);
    expect(problem(await send({ amount: 101 }))).toEqual([422, 'insufficient_funds']);
    expect(problem(await send({ amount: 1_000_001 }))).toEqual([422, 'amount_limit']);
    expect(problem(await send({ amount: 1, toUserId: mara.userId }))).toEqual([422, 'same_wallet']);
    expect(problem(await send({ amount: 1, toUserId: randomUUID() }))).toEqual([422, 'recipient_not_found']);
    expect(problem(await send({ amount: 1, toUserId: 'teo' }))).toEqual([400, 'request_invalid']);
    const hold = (body: object) => mara.client.post('/api/wallet/holds', { amount: 1, ...body });
    expect(problem(await hold({ featureType: 'Performance' }))).toEqual([422, 'feature_type_reserved']);
    expect(problem(await hold({ queueItemId: 'a\u0000b' }))).toEqual([400, 'request_invalid']);
    expect(problem(await mara.client.post('/api/wallet/earnings/collect', { amount: 1 }))).toEqual([
      422,
      'insufficient_funds',
    ]);
    expect(problem(await mara.client.post('/api/wallet/top-ups', { amount: 0 }))).toEqual([400, 'amount_invalid']);
    expect(await walletOf(mara)).toEqual(before);
    const kept = await refusals(mara.userId);
    expect(kept.map(({ code }) => code)).toEqual([
      ...Array(7).fill('amount_invalid'),
      'currency_unknown',
      'insufficient_funds',
      'amount_limit',
      'same_wallet',
      'recipient_not_found',
      'request_invalid',
      'feature_type_reserved',
      'request_invalid',
      'insufficient_funds',
      'amount_invalid',
    ]);
    expect(kept[1]).toEqual({
      operation: 'transfer',
      code: 'amount_invalid',
      amount: -1,
      currency: 'points',
      actor: `user:${mara.userId}`,
    });
    const answer = await send({ amount: -5 });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body.errors).toEqual([{ path: 'amount', message: 'must be a whole number from 1 to 1000000000000' }]);
    expect(answer.headers.get('x-correlation-id')).toBeNull();
  });

  describe('holds of members', () => {
    test('go back when they are released, once', async () => {
      const mara = await memberWith(100);
      const held = await mara.client.post('/api/wallet/holds', {
        amount: 40,
        featureType: 'tip-jar',
        queueItemId: 'jar-1',
      });
      expect(held.body).toMatchObject({ availableBalance: 60, escrowBalance: 40, escrowId: expect.any(String) });
      const release = (headers = {}) =>
        mara.client.post(`/api/wallet/holds/${held.body.escrowId}/release`, undefined, headers);
      const released = await release(key('release'));
      expect(released.body).toMatchObject({ amount: 40, availableBalance: 100, escrowBalance: 0 });
      expect((await release(key('release'))).body).toEqual(released.body);
      expect(problem(await release())).toEqual([409, 'escrow_already_refunded']);
      expect((await statementOf(mara)).items[0]).toMatchObject({
        kind: 'refund',
        featureType: 'tip-jar',
        queueItemId: 'jar-1',
      });
    });

    test('are nobody else’s, and not those of the marketplace', async () => {
      const [mara, teo] = [await memberWith(100), await api.member('Teo')];
      const { body } = await mara.client.post('/api/wallet/holds', { amount: 40 });
      const release = (member: TestMember, escrowId: string) =>
        member.client.post(`/api/wallet/holds/${escrowId}/release`);
      expect(problem(await release(teo, body.escrowId))).toEqual([404, 'escrow_not_found']);
      expect(problem(await release(mara, randomUUID()))).toEqual([404, 'escrow_not_found']);
      expect(problem(await release(mara, 'mine'))).toEqual([400, 'request_invalid']);
      await rows(`update escrow set feature_type = 'performance' where id = $1`, [body.escrowId]);
      expect(problem(await release(mara, body.escrowId))).toEqual([409, 'escrow_of_request']);
      expect(await walletOf(mara)).toMatchObject({ escrowBalance: 40 });
      expect((await refusals(teo.userId)).map(({ code }) => code)).toEqual(['escrow_not_found']);
      expect((await refusals(mara.userId)).map(({ operation, code }) => `${operation} ${code}`)).toEqual([
        'refund escrow_not_found',
        'refund request_invalid',
        'refund escrow_of_request',
      ]);
    });
  });

  test('a frozen wallet takes no command, and says so', async () => {
    const [mara, teo] = [await memberWith(100), await memberWith(100, 'Teo')];
    const { body } = await mara.client.post('/api/wallet/holds', { amount: 10 });
    await rows(`update ledger_account set frozen_at = now(), frozen_reason = 'test' where owner = $1`, [mara.userId]);
    const commands: [TestMember, string, object?][] = [
      [mara, 'holds', { amount: 1 }],
      [mara, 'transfers', { amount: 1, toUserId: teo.userId }],
      [teo, 'transfers', { amount: 1, toUserId: mara.userId }],
      [mara, 'earnings/collect', { amount: 1 }],
      [mara, `holds/${body.escrowId}/release`],
    ];
    for (const [member, path, asked] of commands)
      expect(problem(await member.client.post(`/api/wallet/${path}`, asked, key()))).toEqual([409, 'wallet_frozen']);
    const topUp = await mara.client.post('/api/wallet/top-ups', { amount: 5 });
    const pay = () => mara.client.post(`/api/wallet/top-ups/${topUp.body.topUpId}/pay`, { outcome: 'paid' });
    expect(problem(await pay())).toEqual([409, 'wallet_frozen']);
    expect(await walletOf(mara)).toMatchObject({ frozen: true, availableBalance: 90, escrowBalance: 10 });
    await rows('update ledger_account set frozen_at = null, frozen_reason = null where owner = $1', [mara.userId]);
    expect((await pay()).body).toMatchObject({ status: 'paid' });
    expect(await walletOf(mara)).toMatchObject({ frozen: false, availableBalance: 95 });
  });

  test('earnings are collected by whoever earned them', async () => {
    const [fan, creator] = [await memberWith(100), await api.member('Coco')];
    const held = await fan.client.post('/api/wallet/holds', { amount: 60 });
    await api.wallets.settleEscrow({
      userId: fan.userId,
      escrowId: held.body.escrowId,
      modelId: creator.userId,
      reason: 'performance_completed',
    });
    const collected = await creator.client.post('/api/wallet/earnings/collect', { amount: 45 }, key());
    expect(collected.body).toMatchObject({ amount: 45, availableBalance: 45, earningsBalance: 15 });
    expect(
      (await statementOf(creator)).items.map(({ account, amount, balance }) => [account, amount, balance]),
    ).toEqual([
      ['available', 45, 45],
      ['earnings', -45, 15],
      ['earnings', 60, 60],
    ]);
    // What goes from one account of a wallet to another has no other member.
    expect((await statementOf(creator)).items.map(({ counterparty }) => counterparty?.displayName)).toEqual([
      undefined,
      undefined,
      'Mara',
    ]);
  });

  describe('with an Idempotency-Key', () => {
    test('a command is done once, and its answer stays the same whatever moves', async () => {
      const [mara, teo] = [await memberWith(1_000), await api.member('Teo')];
      const body = { amount: 10, toUserId: teo.userId };
      const send = (asked: object, name = 'same') => mara.client.post('/api/wallet/transfers', asked, key(name));
      const answers = await Promise.all(Array.from({ length: 20 }, () => send(body)));
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
      expect(answers.filter(({ headers }) => headers.has('x-correlation-id'))).toHaveLength(1);
      await send({ ...body, amount: 500 }, 'another');
      expect((await send(body)).body).toEqual(answers[0]?.body);
      expect(await walletOf(mara)).toMatchObject({ availableBalance: 490 });
      expect(problem(await send({ ...body, amount: 11 }))).toEqual([422, 'idempotency_key_reused']);
      expect(await walletOf(mara)).toMatchObject({ availableBalance: 490 });
      // A key belongs to one operation of one caller.
      expect((await mara.client.post('/api/wallet/holds', { amount: 10 }, key('same'))).status).toBe(200);
      const malformed = await mara.client.post('/api/wallet/holds', { amount: 10 }, key('with space'));
      expect(problem(malformed)).toEqual([400, 'idempotency_key_malformed']);
    });

    test('a refusal is repeated too, also when there would be money now', async () => {
      const mara = await memberWith(10);
      const hold = () => mara.client.post('/api/wallet/holds', { amount: 50 }, key('too-much'));
      expect(problem(await hold())).toEqual([422, 'insufficient_funds']);
      const { body } = await mara.client.post('/api/wallet/top-ups', { amount: 100 });
      await mara.client.post(`/api/wallet/top-ups/${body.topUpId}/pay`, { outcome: 'paid' });
      const again = await hold();
      expect(problem(again)).toEqual([422, 'insufficient_funds']);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
    });

    test('a retry waits for another process that is at it', async () => {
      const mara = await memberWith(100);
      const client = await api.database.pool.connect();
      const scope = `POST /api/wallet/holds user:${mara.userId}`;
      try {
        await client.query('begin');
        await client.query(
          `insert into idempotency_record (scope, key, request_hash, response, expires_at) values ($1, 'slow', '', 'null', now() + interval '1 day')`,
          [scope],
        );
        const waiting = mara.client.post('/api/wallet/holds', { amount: 10 }, key('slow'));
        await expectWaiting();
        await client.query('rollback');
        expect((await waiting).status).toBe(200);
      } finally {
        client.release(true);
      }
    });
  });

  async function expectWaiting(): Promise<void> {
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await eventually('a statement that waits for a lock', async () => (await rows(waiting)).length === 1);
  }
});
