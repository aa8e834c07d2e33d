import { randomUUID } from 'node:crypto';
import { payUnconfirmed } from '@skelly/domain/marketplace';
import { startTestApi, type TestApi, type TestMember } from './testing/test-api';
import { createTestMarket, refusal, type TestMarket } from './testing/test-market';

describe('rivals for a request', () => {
  let api: TestApi;
  let market: TestMarket;
  beforeAll(async () => {
    api = await startTestApi();
    market = createTestMarket(api);
  });
  afterAll(() => api.close());
  const rows = async (text: string, values: unknown[] = []) => (await api.database.pool.query(text, values)).rows;
  const ROUNDS = 6;

  /** Price, settled and refunded of each request add up, and wallets hold what the requests say. */
  async function expectNothingLost(teo: TestMember, mara: TestMember) {
    const [sums] = await rows(
      `select coalesce(sum(amount) filter (where is_open), 0)::int as held, sum(settled_amount)::int as settled,
         count(*) filter (where not is_open and settled_amount + refunded_amount <> amount)::int as wrong
       from performance_request where fan_id = $1`,
      [teo.userId],
    );
    expect(sums.wrong).toBe(0);
    expect(await market.money(teo)).toEqual([10_000 - sums.held - sums.settled, sums.held, 0]);
    expect((await market.money(mara))[2]).toBe(sums.settled);
    expect(
      await rows(
        `select from performance_request as r join escrow on escrow.id = r.escrow_id
         where r.fan_id = $1 and (r.settled_amount <> escrow.settled_amount or r.refunded_amount <> escrow.refunded_amount)`,
        [teo.userId],
      ),
    ).toEqual([]);
    expect(
      await rows(
        `select from performance_request as r where r.fan_id = $1
         and r.version <> (select count(*) from performance_request_step as step where step.request_id = r.id)`,
        [teo.userId],
      ),
    ).toEqual([]);
  }
  async function pair() {
    const [teo, mara] = await Promise.all([market.fan('Teo', 10_000), market.creator()]);
    return { teo, mara };
  }

  test('the fan withdraws while the creator accepts: one of them wins, and the other one is told', async () => {
    const { teo, mara } = await pair();
    const made = await Promise.all(Array.from({ length: ROUNDS }, () => market.request(teo, mara)));
    const outcomes = await Promise.all(
      made.flatMap(({ requestId }, turn) => {
        const both = [
          () => market.say(mara, 'accept', requestId),
          () => market.say(teo, 'withdraw', requestId),
        ] as const;
        return [Promise.all((turn % 2 ? both : [...both].reverse()).map((one) => one()))];
      }),
    );
    for (const answers of outcomes) {
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const [refused] = answers.filter(({ status }) => status === 409);
      expect(['request_already_accepted', 'request_already_withdrawn']).toContain(refused?.body.code);
    }
    await expectNothingLost(teo, mara);
  });

  test('the fan confirms and disputes at once, while the timer pays: one of them happens', async () => {
    const { teo, mara } = await pair();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { requestId } = await market.request(teo, mara, { amount: 100 });
      await market.done(mara, 'accept', requestId);
      await market.done(mara, 'perform', requestId, { amount: 70 });
      const now = new Date(Date.now() + 25 * 3_600_000);
      const pay = () =>
        api.events.transaction((work) => payUnconfirmed(work, { wallets: api.wallets, now }, requestId));
      const [confirmed, disputed, again, paid] = await Promise.all([
        market.say(teo, 'confirm', requestId),
        market.say(teo, 'dispute', requestId, { reason: 'Not a song.' }),
        market.say(teo, 'confirm', requestId),
        pay(),
      ]);
      const won = [confirmed, disputed, again].filter(({ status }) => status === 200).length + (paid ? 1 : 0);
      expect(won).toBe(1);
      for (const { status, body } of [confirmed, disputed, again])
        if (status !== 200) expect(body.code).toMatch(/^request_already_(completed|disputed)$/);
      // What comes later finds nothing left to do.
      expect(await pay()).toBe(false);
    }
    await expectNothingLost(teo, mara);
  });

  test('clicks on one button: with a key all get the first answer, without one the others are told', async () => {
    const { teo, mara } = await pair();
    const key = { 'idempotency-key': randomUUID() };
    const body = { creatorId: mara.userId, title: 'Custom song', amount: 500 };
    const made = await Promise.all(Array.from({ length: 4 }, () => teo.client.post('/api/requests', body, key)));
    expect(new Set(made.map(({ body }) => body.requestId)).size).toBe(1);
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(made.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(3);
    expect(await market.money(teo)).toEqual([9_500, 500, 0]);
    expect(refusal(await teo.client.post('/api/requests', { ...body, amount: 501 }, key))).toEqual([
      422,
      'idempotency_key_reused',
    ]);

    const [{ requestId }] = made.map(({ body }) => body) as [{ requestId: string }];
    const clicks = await Promise.all(Array.from({ length: 4 }, () => market.say(mara, 'accept', requestId)));
    expect(clicks.map(refusal).filter(([status]) => status !== 200)).toEqual([
      [409, 'request_already_accepted'],
      [409, 'request_already_accepted'],
      [409, 'request_already_accepted'],
    ]);
    const again = { 'idempotency-key': randomUUID() };
    const first = await market.say(mara, 'perform', requestId, { amount: 400 }, again);
    await market.done(teo, 'confirm', requestId);
    const repeated = await market.say(mara, 'perform', requestId, { amount: 400 }, again);
    expect([repeated.status, repeated.body]).toEqual([200, first.body]);
    expect(repeated.headers.get('idempotency-replayed')).toBe('true');
    await expectNothingLost(teo, mara);
  });

  test('two of support decide at once: one decision counts', async () => {
    const { teo, mara } = await pair();
    const [sid, ann] = [await market.support(), await market.support()];
    const { requestId } = await market.request(teo, mara);
    await market.done(mara, 'accept', requestId);
    await market.done(mara, 'perform', requestId);
    await market.done(teo, 'dispute', requestId, { reason: 'Not a song.' });
    const answers = await Promise.all([
      market.say(sid, 'resolve', requestId, { settleAmount: 0, note: 'No song.' }),
      market.say(ann, 'resolve', requestId, { settleAmount: 500, note: 'A song.' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await rows('select from operator_action where target = $1', [requestId])).toHaveLength(1);
    await expectNothingLost(teo, mara);
  });

  test('many requests of one fan at once hold what the fan has, and no more', async () => {
    const { teo, mara } = await pair();
    const answers = await Promise.all(
      Array.from({ length: 16 }, () =>
        teo.client.post('/api/requests', { creatorId: mara.userId, title: 'Custom song', amount: 1_000 }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(refusal(answer)).toEqual([422, 'insufficient_funds']);
    await expectNothingLost(teo, mara);
  });
});
