import { creatorsResponse, disputesResponse, requestsResponse } from '@skelly/types/marketplace';
import { startTestApi, type TestApi, type TestMember } from './testing/test-api';
import { createTestMarket, refusal, type TestMarket } from './testing/test-market';

const DAY = 86_400_000;

describe('requests for performances', () => {
  let api: TestApi;
  let market: TestMarket;
  let [teo, mara, sid]: TestMember[] = [];
  beforeAll(async () => {
    api = await startTestApi();
    market = createTestMarket(api);
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    [teo, mara, sid] = await Promise.all([market.fan(), market.creator(), market.support()]);
  });
  const people = () => ({ teo, mara, sid }) as { teo: TestMember; mara: TestMember; sid: TestMember };
  const rows = async (text: string, values: unknown[] = []) => (await api.database.pool.query(text, values)).rows;
  const timers = (key: string) =>
    rows(`select due_at as due from event_schedule where key = 'timer:' || $1 and kind = 'timer'`, [key]);
  const holdOf = async (requestId: string) =>
    (
      await rows(
        'select escrow.*, escrow.amount::int as amount from escrow join performance_request as r on r.escrow_id = escrow.id where r.id = $1',
        [requestId],
      )
    )[0];
  const moved = async (requestId: string) =>
    (
      await rows(
        `select data from event_history where type = 'marketplace:request.moved' and subject = $1 order by position`,
        [`request:${requestId}`],
      )
    ).map(({ data }) => `${data.before} → ${data.status} by ${data.by}, version ${data.requestVersion}`);
  const list = async ({ client }: TestMember, query = '') =>
    requestsResponse.parse((await client.get(`/api/requests${query}`)).body);

  test('a request holds its price, and is accepted, performed, confirmed and paid', async () => {
    const { teo, mara } = people();
    const made = await market.request(teo, mara);
    expect(made).toMatchObject({
      title: 'Custom song',
      details: 'About bones.',
      status: 'requested',
      fan: { userId: teo.userId, displayName: 'Teo' },
      creator: { userId: mara.userId, displayName: 'Mara' },
      amount: 500,
      currency: 'points',
      performedAmount: null,
      version: 1,
      actions: ['withdraw'],
      timeline: [{ status: 'requested', by: 'fan', note: null }],
    });
    expect(Date.parse(made.dueAt as string) - Date.parse(made.createdAt)).toBe(3 * DAY);
    expect(await market.money(teo)).toEqual([500, 500, 0]);
    const { requestId } = made;
    const hold = await holdOf(requestId);
    expect(hold).toMatchObject({ status: 'held', queue_item_id: requestId, feature_type: 'performance', amount: 500 });
    expect(hold.expires_at.toISOString()).toBe(made.dueAt);

    const accepted = await market.done(mara, 'accept', requestId);
    expect(accepted).toMatchObject({ status: 'accepted', version: 2, actions: ['decline', 'perform'] });
    expect(Date.parse(accepted.dueAt as string) - Date.parse(accepted.updatedAt)).toBe(7 * DAY);
    const [timer] = await timers(`escrow:${hold.id}`);
    expect(timer.due.toISOString()).toBe(accepted.dueAt);
    expect((await holdOf(requestId)).expires_at.toISOString()).toBe(accepted.dueAt);

    const performed = await market.done(mara, 'perform', requestId);
    expect(performed).toMatchObject({ status: 'performed', performedAmount: 500, version: 3, actions: [] });
    expect(Date.parse(performed.dueAt as string) - Date.parse(performed.updatedAt)).toBe(DAY);
    expect((await holdOf(requestId)).expires_at).toBeNull();
    expect(await timers(`escrow:${hold.id}`)).toEqual([]);
    expect(await timers(`request:${requestId}`)).toHaveLength(1);

    const confirmed = await market.done(teo, 'confirm', requestId);
    expect(confirmed).toMatchObject({
      status: 'completed',
      settledAmount: 500,
      refundedAmount: 0,
      dueAt: null,
      actions: [],
      version: 4,
    });
    expect(confirmed.timeline.map(({ status, by }) => [status, by])).toEqual([
      ['requested', 'fan'],
      ['accepted', 'creator'],
      ['performed', 'creator'],
      ['completed', 'fan'],
    ]);
    expect(await timers(`request:${requestId}`)).toEqual([]);
    expect([await market.money(teo), await market.money(mara)]).toEqual([
      [500, 0, 0],
      [0, 0, 500],
    ]);
    expect(await moved(requestId)).toEqual([
      'null → requested by fan, version 1',
      'requested → accepted by creator, version 2',
      'accepted → performed by creator, version 3',
      'performed → completed by fan, version 4',
    ]);
    expect((await mara.client.get(`/api/requests/${requestId}`)).body).toMatchObject({
      status: 'completed',
      version: 4,
    });
  });

  test('a part that was performed is paid, and the rest goes back', async () => {
    const { teo, mara } = people();
    const { requestId } = await market.request(teo, mara, { amount: 100 });
    await market.done(mara, 'accept', requestId);
    expect(refusal(await market.say(mara, 'perform', requestId, { amount: 101 }))).toEqual([422, 'amount_above_price']);
    for (const amount of [0, -1, 1.5, '10'])
      expect(refusal(await market.say(mara, 'perform', requestId, { amount }))).toEqual([400, 'invalid_body']);
    expect(await market.done(mara, 'perform', requestId, { amount: 60 })).toMatchObject({ performedAmount: 60 });
    expect(await market.done(teo, 'confirm', requestId)).toMatchObject({ settledAmount: 60, refundedAmount: 40 });
    expect([await market.money(teo), await market.money(mara)]).toEqual([
      [940, 0, 0],
      [0, 0, 60],
    ]);
  });

  test('declined, also after it was accepted, and withdrawn: all goes back, and its timer ends', async () => {
    const { teo, mara } = people();
    for (const [steps, who, last, status] of [
      [[], mara, 'decline', 'declined'],
      [['accept'], mara, 'decline', 'declined'],
      [[], teo, 'withdraw', 'withdrawn'],
    ] as const) {
      const { requestId } = await market.request(teo, mara);
      for (const step of steps) await market.done(mara, step, requestId);
      const ended = await market.done(who, last, requestId);
      expect(ended).toMatchObject({ status, settledAmount: 0, refundedAmount: 500, dueAt: null, actions: [] });
      expect(await market.money(teo)).toEqual([1_000, 0, 0]);
      expect(await holdOf(requestId)).toMatchObject({ status: 'refunded' });
    }
  });

  test('a dispute waits for support, which gives all, a part or nothing, and is recorded', async () => {
    const { teo, mara, sid } = people();
    let [spent, earned] = [0, 0];
    for (const [settleAmount, status] of [
      [0, 'refunded'],
      [200, 'completed'],
      [500, 'completed'],
    ] as const) {
      const { requestId } = await market.request(teo, mara);
      await market.done(mara, 'accept', requestId);
      await market.done(mara, 'perform', requestId);
      expect((await teo.client.get(`/api/requests/${requestId}`)).body.actions).toEqual(['confirm', 'dispute']);
      const disputed = await market.done(teo, 'dispute', requestId, { reason: 'Not a song.' });
      expect(disputed).toMatchObject({ status: 'disputed', dueAt: null, actions: [] });
      expect(await timers(`request:${requestId}`)).toEqual([]);
      const readList = async () => disputesResponse.parse((await sid.client.get('/api/ops/disputes')).body);
      await readList();
      const { items } = await readList();
      expect(items.find((item) => item.requestId === requestId)).toMatchObject({ reason: 'Not a song.', amount: 500 });
      const look = () => sid.client.get(`/api/requests/${requestId}`);
      for (const seen of [await look(), await look()]) expect(seen.body.actions).toEqual(['resolve']);
      const note = 'We have listened to it.';
      expect(refusal(await market.say(sid, 'resolve', requestId, { settleAmount: 501, note }))).toEqual([
        422,
        'amount_above_price',
      ]);
      const resolved = await market.done(sid, 'resolve', requestId, { settleAmount, note });
      expect(resolved).toMatchObject({ status, settledAmount: settleAmount, refundedAmount: 500 - settleAmount });
      expect(resolved.timeline.at(-1)).toMatchObject({ by: 'support', note });
      [spent, earned] = [spent + settleAmount, earned + settleAmount];
      expect([await market.money(teo), await market.money(mara)]).toEqual([
        [1_000 - spent, 0, 0],
        [0, 0, earned],
      ]);
      expect(
        await rows(`select actor, action, reason, detail from operator_action where target = $1 order by id`, [
          requestId,
        ]),
      ).toEqual([
        ...['disputes.list', 'requests.show'].map((action) => ({
          actor: `user:${sid.userId}`,
          action,
          reason: null,
          detail: {},
        })),
        {
          actor: `user:${sid.userId}`,
          action: 'disputes.resolve',
          reason: note,
          detail: { amount: 500, currency: 'points', settledAmount: settleAmount, refundedAmount: 500 - settleAmount },
        },
      ]);
      expect(refusal(await market.say(sid, 'resolve', requestId, { settleAmount: 0, note }))).toEqual([
        409,
        `request_already_${status}`,
      ]);
    }
    expect(disputesResponse.parse((await sid.client.get('/api/ops/disputes')).body).items).toEqual([]);
  });

  test('lists are of one side, open or ended, newest first, page by page', async () => {
    const { teo, mara } = people();
    const made = [];
    for (const title of ['One', 'Two', 'Three', 'Four'])
      made.push((await market.request(teo, mara, { title, amount: 10 })).requestId);
    await market.done(mara, 'decline', made[1] as string);
    const titles = async (who: TestMember, query: string) => (await list(who, query)).items.map(({ title }) => title);
    expect(await titles(teo, '')).toEqual(['Four', 'Three', 'One']);
    expect(await titles(teo, '?state=ended')).toEqual(['Two']);
    expect(await titles(teo, '?side=creator')).toEqual([]);
    expect(await titles(mara, '?side=creator&state=open')).toEqual(['Four', 'Three', 'One']);
    const first = await list(mara, '?side=creator&limit=2');
    expect(first.nextCursor).toBe(made[2]);
    expect(first.stream.channel).toBe(`user:${mara.userId}`);
    const second = await list(mara, `?side=creator&limit=2&before=${first.nextCursor}`);
    expect([second.items.map(({ title }) => title), second.nextCursor]).toEqual([['One'], null]);
    expect(refusal(await teo.client.get('/api/requests?side=both'))).toEqual([400, 'invalid_query']);
  });

  test('creators are found by name, with what they have completed, and one does not find oneself', async () => {
    const { teo } = people();
    const [ida, ines] = await Promise.all([market.creator('Ida Zq'), market.creator('Ines ZQ')]);
    const find = async ({ client }: TestMember, q: string) =>
      creatorsResponse.parse((await client.get(`/api/creators?q=${encodeURIComponent(q)}`)).body).items;
    const { requestId } = await market.request(teo, ines);
    await market.done(ines, 'accept', requestId);
    await market.done(ines, 'perform', requestId);
    await market.done(teo, 'confirm', requestId);
    expect(await find(teo, 'zq')).toEqual([
      { userId: ida.userId, displayName: 'Ida Zq', completed: 0 },
      { userId: ines.userId, displayName: 'Ines ZQ', completed: 1 },
    ]);
    expect((await find(ida, 'zq')).map(({ userId }) => userId)).toEqual([ines.userId]);
    expect(await find(teo, '%')).toEqual([]);
    expect((await find(teo, '')).length).toBeGreaterThan(1);
    expect((await find(teo, 'Teo')).length).toBe(0);
  });
});
