import { randomUUID } from 'node:crypto';
import {
  closePayment,
  createTestProvider,
  listOwedPayments,
  openCheckout,
  SIGNATURE_HEADER,
  signDelivery,
} from '@skelly/domain/payment';
import { eventually } from '@skelly/testkit';
import { topUpSchema } from '@skelly/types/wallet';
import { PAYMENT_SECRET, startTestApi, type TestApi, type TestMember } from './testing/test-api';
import { useWallets } from './testing/test-wallet';

describe('top-ups', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());
  const { rows, walletOf, statementOf, refusals, problem, key } = useWallets(() => api);

  async function begin(amount = 500): Promise<{ member: TestMember; topUpId: string }> {
    const member = await api.member();
    const { body } = await member.client.post('/api/wallet/top-ups', { amount });
    return { member, topUpId: body.topUpId };
  }
  const event = (topUpId: string, changed = {}) => ({
    eventId: randomUUID(),
    topUpId,
    outcome: 'paid',
    amount: 500,
    currency: 'points',
    ...changed,
  });
  /** As the provider sends it. */
  function tell(given: object | string, { secret = PAYMENT_SECRET, at = new Date(), headers = {} } = {}) {
    const body = typeof given === 'string' ? given : JSON.stringify(given);
    const signature = signDelivery(secret, Buffer.from(body), at);
    return api.client().post('/api/payments/webhook', body, { [SIGNATURE_HEADER]: signature, ...headers });
  }
  const freeze = ({ userId }: { readonly userId: string }, at: 'now()' | 'null') =>
    rows(`update ledger_account set frozen_at = ${at}, frozen_reason = ${at} where owner = $1`, [userId]);
  const payments = async (topUpId: string) =>
    (await rows('select * from top_up_payment where top_up_id = $1 order by outcome, event_id', [topUpId])).map(
      ({ event_id, amount, currency, outcome, code }) => [event_id, Number(amount), currency, outcome, code],
    );
  const statusOf = async ({ client }: TestMember, topUpId: string) =>
    (await client.get(`/api/wallet/top-ups/${topUpId}`)).body.status;

  test('are paid at their checkout, and credited', async () => {
    const { client, ...member } = await api.member();
    const begun = await client.post('/api/wallet/top-ups', { amount: 700 }, key());
    expect(begun.status).toBe(201);
    const topUp = topUpSchema.parse(begun.body);
    expect(topUp).toMatchObject({ amount: 700, status: 'pending', checkoutUrl: `/wallet/top-up/${topUp.topUpId}` });
    const wallet = () => walletOf({ client, ...member });
    expect(await wallet()).toMatchObject({ availableBalance: 0 });
    const pay = (outcome: string) => client.post(`/api/wallet/top-ups/${topUp.topUpId}/pay`, { outcome });
    expect(topUpSchema.parse((await pay('paid')).body)).toEqual({ ...topUp, status: 'paid' });
    expect((await pay('paid')).body.status).toBe('paid');
    expect(problem(await pay('cancelled'))).toEqual([409, 'top_up_already_paid']);
    expect(await wallet()).toMatchObject({ availableBalance: 700, limits: { usedToday: 0 } });
    expect((await statementOf({ client, ...member })).items).toEqual([
      expect.objectContaining({ kind: 'credit', reason: 'top_up', amount: 700, transactionId: topUp.topUpId }),
    ]);
  });

  test.each(['cancelled', 'failed'])('that were %s move nothing, also when they are paid later', async (outcome) => {
    const { member, topUpId } = await begin();
    const paid = await member.client.post(`/api/wallet/top-ups/${topUpId}/pay`, { outcome });
    expect(paid.body.status).toBe(outcome);
    const late = event(topUpId);
    for (const told of [late, late]) expect(problem(await tell(told))).toEqual([409, `top_up_already_${outcome}`]);
    expect(await payments(topUpId)).toEqual([[late.eventId, 500, 'points', 'owed', `top_up_already_${outcome}`]]);
    expect(await walletOf(member)).toMatchObject({ availableBalance: 0, walletVersion: 0 });
  });

  test('begin once for one key, and are the member’s alone', async () => {
    const [mara, teo] = [await api.member(), await api.member('Teo')];
    const ask = () => mara.client.post('/api/wallet/top-ups', { amount: 5 }, key('top-up'));
    const [first, again] = [await ask(), await ask()];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const path = `/api/wallet/top-ups/${first.body.topUpId}`;
    expect(problem(await teo.client.get(path))).toEqual([404, 'top_up_not_found']);
    expect(problem(await teo.client.post(`${path}/pay`, { outcome: 'paid' }))).toEqual([404, 'top_up_not_found']);
    expect((await mara.client.post(`${path}/pay`, { outcome: 'stolen' })).status).toBe(400);
  });

  test('ask for a checkout after the bound, and for the one that failed at the next try', async () => {
    const mara = await api.member();
    api.payments.failsNext = true;
    const ask = (name: string) => mara.client.post('/api/wallet/top-ups', { amount: 5 }, key(name));
    expect(problem(await ask('first'))).toEqual([503, 'checkout_not_opened']);
    const again = await ask('first');
    expect(again).toMatchObject({ status: 201, body: { checkoutUrl: `/wallet/top-up/${again.body.topUpId}` } });
    for (let nth = 1; nth < 20; nth += 1) expect((await ask(`nth-${nth}`)).status).toBe(201);
    const { checkouts } = api.payments;
    expect((await ask('too-many')).status).toBe(429);
    expect((await ask('first')).body).toEqual(again.body);
    expect(api.payments.checkouts).toBe(checkouts);
  });

  test('that could not be opened stand in nobody’s way once the provider is back', async () => {
    const mara = await api.member();
    const ask = () => mara.client.post('/api/wallet/top-ups', { amount: 5 });
    for (let nth = 0; nth < 20; nth += 1) {
      api.payments.failsNext = true;
      const { status, body } = await ask();
      expect([status, body.detail]).toEqual([503, expect.stringMatching(/nothing was charged/)]);
    }
    expect((await ask()).status).toBe(429);
    const [{ id }] = await rows(
      `update top_up set created_at = created_at - interval '61 seconds' where user_id = $1 returning id`,
      [mara.userId],
    );
    expect((await ask()).status).toBe(201);
    const { body } = await mara.client.get(`/api/wallet/top-ups/${id}`);
    expect(topUpSchema.parse(body)).toMatchObject({ status: 'pending', checkoutUrl: null });
  });

  /** As if that had been so long ago. */
  const age = ({ userId }: TestMember, seconds: number) =>
    rows(
      `update top_up set created_at = created_at - $2 * interval '1 second', asked_again_at = asked_again_at - $2 * interval '1 second' where user_id = $1`,
      [userId, seconds],
    );
  const counted = ({ userId }: TestMember) =>
    rows(`select count(*)::int as open from top_up where user_id = $1 and checkout_url is not null`, [userId]);

  test('that could not be opened take room again when they are repeated later', async () => {
    const mara = await api.member();
    const ask = (name: string) => mara.client.post('/api/wallet/top-ups', { amount: 5 }, key(name));
    for (let nth = 0; nth < 20; nth += 1) {
      api.payments.failsNext = true;
      expect((await ask(`away-${nth}`)).status).toBe(503);
    }
    await age(mara, 61);
    for (let nth = 0; nth < 19; nth += 1) expect((await ask(`back-${nth}`)).status).toBe(201);
    // The last room goes to one of them, which has it while its checkout is asked for.
    api.payments.failsNext = true;
    expect((await ask('away-0')).status).toBe(503);
    const { checkouts } = api.payments;
    expect(problem(await ask('away-1'))).toEqual([429, 'too_many_top_ups']);
    expect(problem(await ask('back-19'))).toEqual([429, 'too_many_top_ups']);
    expect(api.payments.checkouts).toBe(checkouts);
    expect((await ask('away-0')).status).toBe(201);
    await age(mara, 61);
    expect(problem(await ask('away-1'))).toEqual([429, 'too_many_top_ups']);
    expect(await counted(mara)).toEqual([{ open: 20 }]);
    expect((await refusals(mara.userId)).map(({ code }) => code)).toEqual(Array(3).fill('too_many_top_ups'));
  });

  test('that are too many are told how many wait, and when the next is possible', async () => {
    const mara = await api.member();
    const ask = () => mara.client.post('/api/wallet/top-ups', { amount: 5 });
    const refused = async () => {
      const { status, headers, body } = await ask();
      const [, at = ''] = /try again at (\S+Z) at the earliest\.$/.exec(body.detail) ?? [];
      return {
        status,
        detail: body.detail,
        wait: Number(headers.get('retry-after')),
        in: (Date.parse(at) - Date.now()) / 1_000,
      };
    };
    for (let nth = 0; nth < 20; nth += 1) {
      // One in an hour less half a minute, and one in a minute.
      api.payments.failsNext = nth === 10;
      await ask();
      if (nth === 0) await age(mara, 30);
    }
    const first = await refused();
    expect(first).toMatchObject({
      status: 429,
      detail: expect.stringMatching(/^20 top-ups may wait to be paid, and 20 of yours do\. /),
    });
    expect(first.wait).toBeGreaterThan(50);
    expect(first.wait).toBeLessThanOrEqual(60);
    expect(Math.abs(first.in - first.wait)).toBeLessThan(2);
    // Of a version that let more: two have to go before there is room.
    await rows(
      `insert into top_up (id, user_id, amount, currency, provider, provider_reference, checkout_url)
       select gen_random_uuid(), $1, 5, 'points', 'test', 'x', '/x'`,
      [mara.userId],
    );
    const second = await refused();
    expect(second.detail).toMatch(/, and 21 of yours do\. /);
    expect(second.wait).toBeGreaterThan(3_500);
    expect(second.wait).toBeLessThanOrEqual(3_570);
    await age(mara, 3_571);
    expect((await ask()).status).toBe(201);
  });

  test('that are told of room too early, as one being opened has its checkout since, are told anew', async () => {
    const mara = await api.member();
    const ask = (name?: string) => mara.client.post('/api/wallet/top-ups', { amount: 5 }, name ? key(name) : undefined);
    for (let nth = 0; nth < 19; nth += 1) await ask();
    api.payments.failsNext = true;
    await ask('late');
    expect(Number((await ask()).headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await ask('late')).status).toBe(201);
    const { status, headers } = await ask();
    expect([status, Number(headers.get('retry-after')) > 3_500]).toEqual([429, true]);
  });

  /** Opens a checkout of a top-up that has none yet, with what happens while the provider is asked, and after. */
  async function beginUnopened() {
    const begun = await begin();
    const { member, topUpId } = begun;
    await rows('update top_up set provider_reference = null, checkout_url = null where id = $1', [topUpId]);
    const { events, database } = api;
    const clock = { passed: 0 };
    const now = () => new Date(Date.now() + clock.passed);
    const fast = createTestProvider({ secret: PAYMENT_SECRET, now, deliver: () => Promise.reject(new Error('none')) });
    const payment = { topUpId, userId: member.userId, amount: 500, currency: 'points' as const };
    const open = (meanwhile = async (): Promise<unknown> => undefined) => {
      const createCheckout: typeof fast.createCheckout = async (asked) => {
        await meanwhile();
        return fast.createCheckout(asked);
      };
      return openCheckout({ events, database, provider: { ...fast, createCheckout }, now }, payment);
    };
    return { ...begun, open, clock };
  }

  test('have no checkout that came when their room was another’s', async () => {
    const { member, topUpId, open } = await beginUnopened();
    const late = open(async () => {
      await age(member, 61);
      for (let nth = 0; nth < 20; nth += 1)
        expect((await member.client.post('/api/wallet/top-ups', { amount: 5 })).status).toBe(201);
    });
    await expect(late).rejects.toMatchObject({
      code: 'checkout_not_opened',
      message: expect.stringMatching(/answered too late\. .*nothing was charged/),
    });
    expect(await counted(member)).toEqual([{ open: 20 }]);
    await expect(open()).rejects.toMatchObject({ code: 'too_many_top_ups' });
    await age(member, 3_600);
    expect(await open()).toBe(`/wallet/top-up/${topUpId}`);
  });

  test('have no checkout whose minute ended while it waited to be kept', async () => {
    const { member, open, clock } = await beginUnopened();
    const other = await api.database.pool.connect();
    try {
      await other.query('begin');
      await other.query('select from users where id = $1 for no key update', [member.userId]);
      const late = open();
      late.catch(() => undefined);
      await eventually('it waits', async () => {
        const waiting = await rows(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      });
      clock.passed = 61_000;
      await other.query('commit');
      await expect(late).rejects.toMatchObject({ code: 'checkout_not_opened' });
      expect(await counted(member)).toEqual([{ open: 0 }]);
    } finally {
      // Closed, so that nothing of it stays locked where this has failed.
      other.release(true);
    }
  });

  test.each(['cancelled', 'failed'])('that were %s before they had a checkout get none', async (outcome) => {
    const mara = await api.member();
    const ask = () => mara.client.post('/api/wallet/top-ups', { amount: 500 }, key('ended'));
    api.payments.failsNext = true;
    expect((await ask()).status).toBe(503);
    const [{ id }] = await rows('select id from top_up where user_id = $1', [mara.userId]);
    expect((await tell(event(id, { outcome }))).body).toEqual({ topUpId: id, status: outcome });
    const { checkouts } = api.payments;
    const ended = [409, `top_up_already_${outcome}`];
    expect(problem(await ask())).toEqual(ended);
    await age(mara, 61);
    expect(problem(await ask())).toEqual(ended);
    expect(api.payments.checkouts).toBe(checkouts);
    await rows('delete from top_up where id = $1', [id]);
    expect(problem(await ask())).toEqual([404, 'top_up_not_found']);
    expect(api.payments.checkouts).toBe(checkouts);
  });

  test('that end while their checkout is opened get none', async () => {
    const { member, topUpId, open } = await beginUnopened();
    const late = open(() => tell(event(topUpId, { outcome: 'cancelled' })));
    await expect(late).rejects.toMatchObject({ code: 'top_up_already_cancelled' });
    expect(await counted(member)).toEqual([{ open: 0 }]);
  });

  test('are refused at their checkout as what is wrong with them: here, a wallet that is full', async () => {
    const { member, topUpId } = await begin();
    await api.wallets.credit({ userId: member.userId, amount: 1, reason: 'reward' });
    await rows(`update ledger_account set balance = 9007199254740991 where owner = $1 and kind = 'available'`, [
      member.userId,
    ]);
    const paid = await member.client.post(`/api/wallet/top-ups/${topUpId}/pay`, { outcome: 'paid' });
    expect(problem(paid)).toEqual([422, 'balance_too_high']);
  });

  test('that a full wallet could not take are credited by the next try, once there is room', async () => {
    const { member, topUpId } = await begin();
    await api.wallets.credit({ userId: member.userId, amount: 1, reason: 'reward' });
    const hold = (balance: string) =>
      rows(`update ledger_account set balance = $2 where owner = $1 and kind = 'available'`, [member.userId, balance]);
    await hold('9007199254740991');
    const told = event(topUpId);
    for (const again of [told, told]) expect(problem(await tell(again))).toEqual([422, 'balance_too_high']);
    expect(await payments(topUpId)).toEqual([[told.eventId, 500, 'points', 'owed', 'balance_too_high']]);
    await hold('1');
    expect((await tell(told)).body).toEqual({ topUpId, status: 'paid' });
    expect(await walletOf(member)).toMatchObject({ availableBalance: 501 });
    expect(await payments(topUpId)).toEqual([[told.eventId, 500, 'points', 'credited', null]]);
  });

  test('wait for payment in a bounded number', async () => {
    const mara = await api.member();
    const answers = await Promise.all(
      Array.from({ length: 22 }, () => mara.client.post('/api/wallet/top-ups', { amount: 5 })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.map(({ body }) => body.code)).toEqual(['too_many_top_ups', 'too_many_top_ups']);
    expect(await refusals(mara.userId)).toHaveLength(2);
  });

  describe('the webhook', () => {
    test('credits once, however often and at once the same event and others that say so come', async () => {
      const { member, topUpId } = await begin();
      const told = event(topUpId);
      const answers = await Promise.all([
        ...Array.from({ length: 10 }, () => tell(told)),
        ...Array.from({ length: 10 }, () => tell(event(topUpId))),
      ]);
      expect(answers.map(({ status, body }) => [status, body])).toEqual(
        Array(20).fill([200, { topUpId, status: 'paid' }]),
      );
      expect(await walletOf(member)).toMatchObject({ availableBalance: 500, walletVersion: 1 });
      expect((await statementOf(member)).items).toHaveLength(1);
      const kept = await payments(topUpId);
      expect(kept.map(([, , , outcome]) => outcome)).toEqual(['credited', ...Array(10).fill('repeated')]);
    });

    test('moves nothing without the right signature over the very bytes, and a fresh one', async () => {
      const { member, topUpId } = await begin();
      const body = JSON.stringify(event(topUpId));
      const invalid = [401, 'webhook_signature_invalid'];
      expect(problem(await tell(body, { secret: Buffer.alloc(32, 9) }))).toEqual(invalid);
      const headers = { [SIGNATURE_HEADER]: signDelivery(PAYMENT_SECRET, Buffer.from(`${body} `), new Date()) };
      expect(problem(await tell(body, { headers }))).toEqual(invalid);
      expect(problem(await api.client().post('/api/payments/webhook', body))).toEqual(invalid);
      expect(problem(await api.client().post('/api/payments/webhook'))).toEqual(invalid);
      expect(problem(await tell(body, { at: new Date(Date.now() - 6 * 60_000) }))).toEqual([401, 'webhook_expired']);
      expect(await statusOf(member, topUpId)).toBe('pending');
      expect(await walletOf(member)).toMatchObject({ availableBalance: 0, walletVersion: 0 });
      // Whatever type it says: what counts is what was signed.
      expect((await tell(` ${body}`, { headers: { 'content-type': 'text/plain' } })).body.status).toBe('paid');
    });

    test.each([{ amount: 499 }, { amount: 501 }, { currency: 'gems' }])(
      'fails a top-up for which something else was paid: %j',
      async (changed) => {
        const { member, topUpId } = await begin();
        const told = event(topUpId, changed);
        expect((await tell(told)).body).toEqual({ topUpId, status: 'failed' });
        expect((await tell(told)).body).toEqual({ topUpId, status: 'failed' });
        const { amount, currency } = { ...told, ...changed };
        expect(await payments(topUpId)).toEqual([[told.eventId, amount, currency, 'owed', 'payment_mismatch']]);
        expect(problem(await tell(event(topUpId)))).toEqual([409, 'top_up_already_failed']);
        expect(await walletOf(member)).toMatchObject({ availableBalance: 0, walletVersion: 0 });
        expect((await refusals(member.userId)).map(({ operation, code }) => [operation, code])).toEqual([
          ['top-up', 'payment_mismatch'],
        ]);
      },
    );

    test('says of what it does not know, or cannot read, what is wrong', async () => {
      const unknown = event(randomUUID());
      expect(problem(await tell(unknown))).toEqual([404, 'top_up_not_found']);
      expect(await payments(unknown.topUpId)).toEqual([[unknown.eventId, 500, 'points', 'owed', 'top_up_not_found']]);
      for (const body of ['nonsense', '{}', '{"topUpId":1}', '']) {
        const answer = await tell(body);
        expect(problem(answer)).toEqual([400, 'webhook_malformed']);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      }
      const { topUpId } = await begin();
      await rows(`update top_up set provider = 'another' where id = $1`, [topUpId]);
      const stray = event(topUpId);
      expect(problem(await tell(stray))).toEqual([404, 'top_up_not_found']);
      // Giving that back ends nothing of another provider's.
      await api.events.transaction((work) => closePayment(work, { eventId: stray.eventId, reason: 'sent back' }));
      expect(await rows('select status from top_up where id = $1', [topUpId])).toEqual([{ status: 'pending' }]);
    });

    test('leaves a top-up open that its wallet cannot take yet', async () => {
      const { member, topUpId } = await begin();
      await member.client.post('/api/wallet/top-ups', { amount: 1 });
      await api.wallets.credit({ userId: member.userId, amount: 1, reason: 'reward' });
      await freeze(member, 'now()');
      const told = event(topUpId);
      expect(problem(await tell(told))).toEqual([409, 'wallet_frozen']);
      expect(await statusOf(member, topUpId)).toBe('pending');
      expect(await payments(topUpId)).toEqual([[told.eventId, 500, 'points', 'owed', 'wallet_frozen']]);
      await freeze(member, 'null');
      expect((await tell(told)).body.status).toBe('paid');
      expect(await walletOf(member)).toMatchObject({ availableBalance: 501 });
      expect(await payments(topUpId)).toEqual([[told.eventId, 500, 'points', 'credited', null]]);
    });

    test('owes nothing more by an event once another one of the same payment is credited', async () => {
      const { member, topUpId } = await begin();
      await api.wallets.credit({ userId: member.userId, amount: 1, reason: 'reward' });
      await freeze(member, 'now()');
      const pay = () => member.client.post(`/api/wallet/top-ups/${topUpId}/pay`, { outcome: 'paid' });
      const [first, second] = [event(topUpId), event(topUpId)];
      for (const told of [first, second]) expect(problem(await tell(told))).toEqual([409, 'wallet_frozen']);
      // Whoever pays twice at the test provider has paid once.
      for (const again of [pay, pay]) expect(problem(await again())).toEqual([409, 'wallet_frozen']);
      expect(await payments(topUpId)).toHaveLength(3);
      await freeze(member, 'null');
      expect((await tell(second)).body.status).toBe('paid');
      const kept = (await payments(topUpId)).map(([eventId, , , outcome]) => [eventId, outcome]);
      expect(new Map(kept as [string, string][])).toEqual(
        new Map([
          [first.eventId, 'repeated'],
          [second.eventId, 'credited'],
          [`${topUpId}-paid`, 'repeated'],
        ]),
      );
      expect((await tell(first)).body.status).toBe('paid');
    });

    test('owes nothing by an event that says the same as what was given back, whenever it comes', async () => {
      const { member, topUpId } = await begin();
      await api.wallets.credit({ userId: member.userId, amount: 1, reason: 'reward' });
      await freeze(member, 'now()');
      const [first, second, third] = [event(topUpId), event(topUpId), event(topUpId)];
      for (const told of [first, second]) expect(problem(await tell(told))).toEqual([409, 'wallet_frozen']);
      await api.events.transaction((work) => closePayment(work, { eventId: first.eventId, reason: 'sent back' }));
      for (const told of [second, third]) expect(problem(await tell(told))).toEqual([409, 'top_up_already_failed']);
      const kept = (await payments(topUpId)).map(([eventId, , , outcome]) => [eventId, outcome]);
      expect(new Map(kept as [string, string][])).toEqual(
        new Map([
          [first.eventId, 'owed'],
          [second.eventId, 'repeated'],
          [third.eventId, 'repeated'],
        ]),
      );
    });

    test('credits nothing that was given back meanwhile, whoever closed it', async () => {
      const { member, topUpId } = await begin();
      await api.wallets.credit({ userId: member.userId, amount: 1, reason: 'reward' });
      await freeze(member, 'now()');
      const told = event(topUpId);
      expect(problem(await tell(told))).toEqual([409, 'wallet_frozen']);
      expect((await listOwedPayments(api.database.queries)).items).toContainEqual(
        expect.objectContaining({ eventId: told.eventId, userId: member.userId, amount: 500, code: 'wallet_frozen' }),
      );
      const close = () =>
        api.events.transaction((work) => closePayment(work, { eventId: told.eventId, reason: 'sent back' }));
      await close();
      await expect(close()).rejects.toMatchObject({ code: 'payment_not_owed' });
      await freeze(member, 'null');
      expect((await tell(told)).body).toEqual({ topUpId, status: 'failed' });
      expect(await walletOf(member)).toMatchObject({ availableBalance: 1 });
      expect(
        await rows(`select target, reason from operator_action where action = 'payments.close' and target = $1`, [
          `top-up:${topUpId}`,
        ]),
      ).toEqual([{ target: `top-up:${topUpId}`, reason: 'sent back' }]);
    });
  });
});
