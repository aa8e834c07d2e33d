import { randomUUID } from 'node:crypto';
import { eventually } from '@skelly/testkit';
import type { TestMember } from './testing/test-api';
import { startTestApi, type TestApi } from './testing/test-api';
import { createTestMarket, refusal, type TestMarket } from './testing/test-market';

describe('requests that are refused', () => {
  let api: TestApi;
  let market: TestMarket;
  beforeAll(async () => {
    api = await startTestApi();
    market = createTestMarket(api);
  });
  afterAll(() => api.close());
  const rows = async (text: string, values: unknown[] = []) => (await api.database.pool.query(text, values)).rows;
  const body = (creatorId: string, changes: object = {}) => ({
    creatorId,
    title: 'Custom song',
    amount: 500,
    ...changes,
  });
  const open = async ({ client }: TestMember, creatorId: string, changes: object = {}) =>
    refusal(await client.post('/api/requests', body(creatorId, changes)));
  const people = async () => {
    const [teo, mara, sid] = await Promise.all([market.fan(), market.creator(), market.support()]);
    return { teo, mara, sid };
  };

  test('a request of oneself, of somebody who performs nothing, or beyond what one has, holds nothing', async () => {
    const { teo, mara, sid } = await people();
    expect(await open(mara, mara.userId)).toEqual([422, 'own_request']);
    for (const nobody of [sid.userId, randomUUID()]) expect(await open(teo, nobody)).toEqual([422, 'not_a_creator']);
    expect(await open(teo, mara.userId, { amount: 1_001 })).toEqual([422, 'insufficient_funds']);
    expect(await open(teo, mara.userId, { currency: 'gems' })).toEqual([422, 'insufficient_funds']);
    expect(await market.money(teo)).toEqual([1_000, 0, 0]);
    expect(await rows('select from performance_request where fan_id = $1', [teo.userId])).toEqual([]);
    // Kept beside the answer, which does not wait for it.
    const kept = () => rows('select code from ledger_refusal where user_id = $1', [teo.userId]);
    await eventually('both refusals', async () => (await kept()).length === 2);
    expect(await kept()).toEqual([{ code: 'insufficient_funds' }, { code: 'insufficient_funds' }]);
  });

  test('a price beyond what the role may hold is refused with the limit', async () => {
    const limited = await startTestApi({ settings: { 'walletLimit.memberMaxAmount': 499 } });
    try {
      const theirs = createTestMarket(limited);
      const [fan, creator] = await Promise.all([theirs.fan(), theirs.creator()]);
      const answer = await fan.client.post('/api/requests', body(creator.userId));
      expect(refusal(answer)).toEqual([422, 'amount_limit']);
      expect(await theirs.money(fan)).toEqual([1_000, 0, 0]);
    } finally {
      await limited.close();
    }
  });

  test('what is not well formed is refused by its fields', async () => {
    const { teo, mara } = await people();
    for (const changes of [
      { amount: 0 },
      { amount: 1.5 },
      { amount: -5 },
      { amount: 1e15 },
      { amount: '500' },
      { currency: 'euro' },
      { title: ' ' },
      { title: 'x'.repeat(81) },
      { title: 'a\u0000b' },
      { title: '\u200d' },
      { details: 'x'.repeat(1_001) },
      { details: '\u202e' },
      { creatorId: 'Mara' },
    ])
      expect([changes, await open(teo, mara.userId, changes)]).toEqual([changes, [400, 'invalid_body']]);
    const { requestId } = await market.request(teo, mara);
    await market.done(mara, 'accept', requestId);
    await market.done(mara, 'perform', requestId);
    expect(refusal(await market.say(teo, 'dispute', requestId, { reason: '' }))).toEqual([400, 'invalid_body']);
    expect(refusal(await market.say(teo, 'dispute', requestId))).toEqual([400, 'invalid_body']);
    expect(refusal(await market.say(teo, 'confirm', 'none'))).toEqual([400, 'invalid_path']);
  });

  test('for everybody else there is no such request, and each side has its own steps', async () => {
    const { teo, mara, sid } = await people();
    const [ida, other] = [await market.fan('Ida'), await market.creator('Ines')];
    const { requestId } = await market.request(teo, mara);
    for (const stranger of [ida, other]) {
      expect(refusal(await stranger.client.get(`/api/requests/${requestId}`))).toEqual([404, 'request_not_found']);
      for (const command of ['accept', 'decline', 'perform', 'withdraw', 'confirm'])
        expect(refusal(await market.say(stranger, command, requestId))).toEqual([404, 'request_not_found']);
      expect(refusal(await market.say(stranger, 'dispute', requestId, { reason: 'Mine?' }))).toEqual([
        404,
        'request_not_found',
      ]);
      for (const side of ['fan', 'creator'])
        expect((await stranger.client.get(`/api/requests?side=${side}`)).body.items).toEqual([]);
      expect(refusal(await stranger.client.get('/api/ops/disputes'))).toEqual([403, 'forbidden']);
      expect(refusal(await market.say(stranger, 'resolve', requestId, { settleAmount: 0, note: 'x' }))).toEqual([
        403,
        'forbidden',
      ]);
    }
    expect(refusal(await market.say(teo, 'accept', randomUUID()))).toEqual([404, 'request_not_found']);
    for (const command of ['accept', 'decline', 'perform'])
      expect(refusal(await market.say(teo, command, requestId))).toEqual([403, 'not_the_creator']);
    for (const command of ['withdraw', 'confirm'])
      expect(refusal(await market.say(mara, command, requestId))).toEqual([403, 'not_the_fan']);
    // Support sees it, and decides on disputes alone.
    expect((await sid.client.get(`/api/requests/${requestId}`)).body).toMatchObject({
      status: 'requested',
      actions: [],
    });
    expect(refusal(await market.say(sid, 'accept', requestId))).toEqual([404, 'request_not_found']);
    expect(refusal(await market.say(sid, 'resolve', requestId, { settleAmount: 0, note: 'x' }))).toEqual([
      409,
      'request_not_disputed',
    ]);
    expect((await api.client().get(`/api/requests/${requestId}`)).status).toBe(401);
    expect(
      await rows(`select subject from event_history where type = 'marketplace:request.moved' and subject = $1`, [
        `request:${requestId}`,
      ]),
    ).toHaveLength(1);
    const channels = await rows(
      `select distinct channel from push_message where type = 'marketplace:request.moved' and data ->> 'requestId' = $1`,
      [requestId],
    );
    expect(channels.map(({ channel }) => channel).sort()).toEqual([`user:${teo.userId}`, `user:${mara.userId}`].sort());
  });

  test('a step in the wrong state moves nothing and says why', async () => {
    const { teo, mara, sid } = await people();
    const { requestId } = await market.request(teo, mara);
    const refused = async (who: TestMember, command: string, given?: object) =>
      (await market.say(who, command, requestId, given)).body.code;
    const dispute = { reason: 'Not a song.' };
    expect(await refused(mara, 'perform')).toBe('request_not_accepted');
    expect(await refused(teo, 'confirm')).toBe('request_not_performed');
    await market.done(mara, 'accept', requestId);
    expect(await refused(mara, 'accept')).toBe('request_already_accepted');
    expect(await refused(teo, 'withdraw')).toBe('request_already_accepted');
    expect(await refused(teo, 'dispute', dispute)).toBe('request_not_performed');
    await market.done(mara, 'perform', requestId);
    expect(await refused(mara, 'decline')).toBe('request_already_performed');
    await market.done(teo, 'dispute', requestId, dispute);
    for (const command of ['confirm', 'withdraw']) expect(await refused(teo, command)).toBe('request_already_disputed');
    expect(await market.money(teo)).toEqual([500, 500, 0]);
    await market.done(sid, 'resolve', requestId, { settleAmount: 500, note: 'It is a song.' });
    expect(await refused(teo, 'dispute', dispute)).toBe('request_already_completed');
    expect((await teo.client.get(`/api/requests/${requestId}`)).body.version).toBe(5);
  });

  test('support does not decide a dispute of its own', async () => {
    const { mara, sid } = await people();
    await api.wallets.credit({ userId: sid.userId, amount: 500, reason: 'top_up' });
    const { requestId } = await market.request(sid, mara);
    await market.done(mara, 'accept', requestId);
    await market.done(mara, 'perform', requestId);
    const disputed = await market.done(sid, 'dispute', requestId, { reason: 'Not a song.' });
    expect(disputed.actions).toEqual([]);
    const resolve = { settleAmount: 0, note: 'I have it back.' };
    expect(refusal(await market.say(sid, 'resolve', requestId, resolve))).toEqual([403, 'own_request']);
    expect(await rows('select from operator_action where target = $1', [requestId])).toEqual([]);
    await market.done(await market.support(), 'resolve', requestId, resolve);
    expect(await market.money(sid)).toEqual([500, 0, 0]);
  });

  test('when its time is over, or its hold went back a moment ago, a request is left to its timer', async () => {
    const { teo, mara } = await people();
    const [late, gone] = [await market.request(teo, mara), await market.request(teo, mara)];
    await rows(`update performance_request set due_at = now() - interval '1 second' where id = $1`, [late.requestId]);
    for (const [who, command] of [
      [mara, 'accept'],
      [mara, 'decline'],
      [teo, 'withdraw'],
    ] as const)
      expect(refusal(await market.say(who, command, late.requestId))).toEqual([409, 'request_already_expired']);
    expect((await teo.client.get(`/api/requests/${late.requestId}`)).body.actions).toEqual([]);

    const [{ escrow_id: escrowId }] = await rows('select escrow_id from performance_request where id = $1', [
      gone.requestId,
    ]);
    await api.wallets.refundEscrow({ userId: teo.userId, escrowId, reason: 'performance_expired' });
    for (const [who, command] of [
      [mara, 'accept'],
      [mara, 'decline'],
      [teo, 'withdraw'],
    ] as const)
      expect(refusal(await market.say(who, command, gone.requestId))).toEqual([409, 'request_already_expired']);
    expect(await market.money(teo)).toEqual([500, 500, 0]);
  });

  test('a frozen wallet stops the step that would move its money, and nothing of it stays', async () => {
    const { teo, mara } = await people();
    const { requestId } = await market.request(teo, mara);
    await rows(`update ledger_account set frozen_at = now(), frozen_reason = 'a test' where owner = $1`, [teo.userId]);
    expect(refusal(await market.say(mara, 'decline', requestId))).toEqual([409, 'wallet_frozen']);
    expect((await teo.client.get(`/api/requests/${requestId}`)).body).toMatchObject({
      status: 'requested',
      version: 1,
    });
    expect(await open(teo, mara.userId)).toEqual([409, 'wallet_frozen']);
    await rows('update ledger_account set frozen_at = null, frozen_reason = null where owner = $1', [teo.userId]);
    await market.done(mara, 'decline', requestId);
  });
});
