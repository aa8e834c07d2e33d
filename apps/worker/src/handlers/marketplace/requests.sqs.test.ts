import { randomUUID } from 'node:crypto';
import {
  acceptRequest,
  declineRequest,
  disputeRequest,
  openRequest,
  performRequest,
  withdrawRequest,
} from '@skelly/domain/marketplace';
import { createLedger, FROZEN_RETRY_MINUTES, WalletService } from '@skelly/domain/wallet';
import { createNotifier, type UnitOfWork } from '@skelly/events';
import { createReplay, driveReplay } from '@skelly/events/replay';
import { createTestBackbone, createTestClock, type TestBackbone, type TestClock } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { CONFIRM_HOURS } from '@skelly/types/marketplace';
import { escrowExpired } from '@skelly/types/wallet';
import { createHandlers } from '../index';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Every handler of the product behind the real relay and worker, with a clock that the test moves. */
describe('requests through relay and worker', () => {
  let backbone: TestBackbone;
  let clock: TestClock;
  let wallets: WalletService;
  let [fanId, creatorId]: string[] = [];
  beforeEach(async () => {
    backbone = await createTestBackbone({ now: () => clock?.now() ?? new Date() });
    const { database, events } = backbone;
    clock = createTestClock({ databases: [database] });
    wallets = new WalletService(createLedger({ events, database, now: clock.now, log: createTestLog() }));
    [fanId, creatorId] = await Promise.all([member('Teo', 'member'), member('Mara', 'creator')]);
    await wallets.credit({ userId: fan(), amount: 10_000, reason: 'top_up' });
  });
  afterEach(() => backbone.close());
  const fan = () => fanId as string;
  const creator = () => creatorId as string;

  const rows = async (text: string, values: unknown[] = []) => (await backbone.database.pool.query(text, values)).rows;
  async function member(name: string, role: string): Promise<string> {
    const id = randomUUID();
    const text = `insert into users (id, email, display_name, password_hash, role) values ($1, $2, $3, 'x', $4)`;
    await rows(text, [id, `${id}@example.com`, name, role]);
    return id;
  }
  const noMail = () => {
    throw new Error('Nobody here has confirmed an address.');
  };
  function startWorker() {
    const { database } = backbone;
    const mailer = { send: noMail, check: async () => undefined, close: () => undefined };
    return backbone.worker(
      createHandlers({
        mailer,
        database,
        keepsHistory: true,
        verificationSecret: Buffer.alloc(32, 1),
        publicUrl: 'http://skelly.test',
        wallets: new WalletService(createLedger({ now: clock.now, log: createTestLog() })),
        now: clock.now,
      }),
    );
  }
  const deps = () => ({ wallets, now: clock.now() });
  type Command = (
    work: UnitOfWork,
    deps: { wallets: WalletService; now: Date },
    given: { requestId: string; userId: string; amount?: number; reason: string },
  ) => Promise<void>;
  /** As when Postgres' processes are killed: every transaction of relay and workers that is under way is rolled back. */
  const killConnections = () =>
    rows(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  const say = (command: Command, userId: string, requestId: string, given: { amount?: number; reason?: string } = {}) =>
    backbone.events.transaction((work) =>
      command(work, deps(), { requestId, userId, reason: 'Not a song.', ...given }),
    );
  const open = (amount = 500, title = 'Custom song') =>
    backbone.events.transaction((work) =>
      openRequest(work, deps(), { fanId: fan(), creatorId: creator(), title, details: '', amount, currency: 'points' }),
    );
  const told = async (userId: string) =>
    (await rows('select title, body, href from notification where user_id = $1 order by id', [userId])).map(
      ({ title, body }) => `${title}. ${body}`,
    );
  const request = async (requestId: string) =>
    (
      await rows(
        `select status, settled_amount::int as settled, refunded_amount::int as refunded, version from performance_request where id = $1`,
        [requestId],
      )
    )[0];
  const money = async (userId: string) => {
    const { availableBalance, escrowBalance, earningsBalance } = await wallets.getBalance(userId);
    return [availableBalance, escrowBalance, earningsBalance];
  };

  test('what was neither confirmed nor disputed in a day is paid, and each side is told of the other one’s steps', async () => {
    await startWorker();
    const requestId = await open();
    await backbone.drain();
    expect(await told(creator())).toEqual([
      'Teo requests Custom song. 500 points are held for it. Accept or decline within 3 days.',
    ]);
    await say(acceptRequest, creator(), requestId);
    await say(performRequest, creator(), requestId, { amount: 300 });
    await backbone.drain();
    await clock.advance(CONFIRM_HOURS * HOUR - 60_000);
    await backbone.drain();
    expect(await request(requestId)).toMatchObject({ status: 'performed' });

    await clock.advance(60_000);
    await backbone.drain();
    expect(await request(requestId)).toEqual({ status: 'completed', settled: 300, refunded: 200, version: 4 });
    expect([await money(fan()), await money(creator())]).toEqual([
      [9_700, 0, 0],
      [0, 0, 300],
    ]);
    expect((await told(fan())).filter((text) => text.includes('Custom song'))).toEqual([
      'Mara accepted Custom song. 500 points stay held until it is performed.',
      'Mara performed Custom song. Confirm it, or say what is wrong within 24 hours. Then Mara is paid.',
      'Custom song is complete. Mara got 300 points, and 200 points are back in your wallet.',
    ]);
    expect(await rows(`select distinct href from notification where category = 'requests'`)).toEqual([
      { href: `/requests/${requestId}` },
    ]);
    expect(await rows(`select from event_dead_letter`)).toEqual([]);
  });

  test('what nobody answers expires after three days, what nobody performs after seven, and the price goes back', async () => {
    await startWorker();
    const [unanswered, unperformed] = [await open(500, 'A wave'), await open(700, 'A poem')];
    await say(acceptRequest, creator(), unperformed);
    await clock.advance(3 * DAY);
    await backbone.drain();
    expect(await request(unanswered)).toEqual({ status: 'expired', settled: 0, refunded: 500, version: 2 });
    expect(await request(unperformed)).toMatchObject({ status: 'accepted' });
    expect(await money(fan())).toEqual([9_300, 700, 0]);

    await clock.advance(4 * DAY);
    await backbone.drain();
    expect(await request(unperformed)).toEqual({ status: 'expired', settled: 0, refunded: 700, version: 3 });
    expect(await money(fan())).toEqual([10_000, 0, 0]);
    expect(await told(fan())).toEqual([
      'Mara accepted A poem. 700 points stay held until it is performed.',
      'A wave has expired. 500 points are back in your wallet.',
      'A poem has expired. 700 points are back in your wallet.',
    ]);
    expect((await told(creator())).slice(-2)).toEqual([
      'A wave has expired. 500 points went back to Teo.',
      'A poem has expired. 700 points went back to Teo.',
    ]);
    expect(
      await rows(
        `select side, status from performance_request_step where request_id = $1 order by version desc limit 1`,
        [unanswered],
      ),
    ).toEqual([{ side: 'time', status: 'expired' }]);
  });

  test('a creator whose wallet is frozen when they are to be paid is paid when it no longer is', async () => {
    await startWorker();
    const requestId = await open();
    await say(acceptRequest, creator(), requestId);
    await say(performRequest, creator(), requestId);
    await wallets.credit({ userId: creator(), amount: 1, reason: 'top_up' });
    const setFrozen = (value: string) =>
      rows(`update ledger_account set frozen_at = ${value}, frozen_reason = ${value} where owner = $1`, [creator()]);
    await setFrozen('now()');
    await clock.advance(CONFIRM_HOURS * HOUR);
    await backbone.drain();
    expect(await request(requestId)).toMatchObject({ status: 'performed', version: 3 });
    await setFrozen('null');
    await clock.advance(FROZEN_RETRY_MINUTES * 60_000);
    await backbone.drain();
    expect(await request(requestId)).toMatchObject({ status: 'completed', settled: 500, version: 4 });
    expect(await money(creator())).toEqual([1, 0, 500]);
    expect(await rows('select from event_dead_letter')).toEqual([]);
  });

  test('a dispute outlives every timer', async () => {
    await startWorker();
    const requestId = await open();
    await say(acceptRequest, creator(), requestId);
    await say(performRequest, creator(), requestId);
    await say(disputeRequest, fan(), requestId);
    await clock.advance(30 * DAY);
    await backbone.drain();
    expect(await request(requestId)).toMatchObject({ status: 'disputed' });
    expect(await money(fan())).toEqual([9_500, 500, 0]);
    expect(await told(creator())).toContain(
      'Teo disputes Custom song. 500 points stay held until support has decided.',
    );
  });

  test('a timer that had fired before the creator accepted takes nothing back, and comes again', async () => {
    const requestId = await open();
    await say(acceptRequest, creator(), requestId);
    const [{ id: escrowId }] = await rows('select id from escrow');
    // As the timer of the first hold brings it, late; and one by a clock that is ahead of the worker's.
    await rows('delete from event_schedule');
    await startWorker();
    await backbone.events.emitEvent(escrowExpired, { userId: fan(), escrowId }, 'test');
    await backbone.drain();
    expect(await request(requestId)).toMatchObject({ status: 'accepted' });
    await clock.advance(7 * DAY);
    await backbone.drain();
    expect(await request(requestId)).toMatchObject({ status: 'expired' });
    expect(await money(fan())).toEqual([10_000, 0, 0]);
  });

  test('a hold of somebody’s own that expires ends no request', async () => {
    await startWorker();
    const requestId = await open();
    await wallets.holdInEscrow({
      userId: fan(),
      amount: 10,
      reason: 'performance_request',
      featureType: 'performance',
      queueItemId: requestId,
      expiresAt: new Date(clock.now().getTime() + HOUR),
    });
    await clock.advance(HOUR);
    await backbone.drain();
    expect(await money(fan())).toEqual([9_500, 500, 0]);
    expect(await request(requestId)).toMatchObject({ status: 'requested', version: 1 });
  });

  test('workers that are stopped or cut off in the midst, and everything handled once more: nothing moves or is told twice', async () => {
    backbone.relay();
    const made: string[] = [];
    for (let nth = 0; nth < 12; nth += 1) {
      const worker = await startWorker();
      const requestId = await open(100 + nth);
      made.push(requestId);
      if (nth % 4 === 0) await say(declineRequest, creator(), requestId);
      if (nth % 4 === 1) await say(withdrawRequest, fan(), requestId);
      if (nth % 4 > 1) await say(acceptRequest, creator(), requestId);
      if (nth % 4 === 2) await say(performRequest, creator(), requestId, { amount: 50 });
      // Whatever it has under way ends here: its transactions, or itself.
      if (nth % 6 === 5) await killConnections();
      else void worker.stop();
    }
    await startWorker();
    await clock.advance(7 * DAY);
    await backbone.drain({ withinMs: 45_000 });
    const outcome = async () => ({
      requests: await rows(
        `select status, count(*)::int as count, sum(settled_amount + refunded_amount - amount)::int as off
         from performance_request group by status order by status`,
      ),
      transfers: await rows('select count(*)::int as count, sum(amount)::int as amount from ledger_transfer'),
      told: await rows('select user_id, count(*)::int as count from notification group by user_id order by user_id'),
      steps: await rows('select count(*)::int as count from performance_request_step'),
      money: [await money(fan()), await money(creator())],
    });
    const before = await outcome();
    expect(before.requests).toEqual([
      { status: 'completed', count: 3, off: 0 },
      { status: 'declined', count: 3, off: 0 },
      { status: 'expired', count: 3, off: 0 },
      { status: 'withdrawn', count: 3, off: 0 },
    ]);
    expect(before.money).toEqual([
      [9_850, 0, 0],
      [0, 0, 150],
    ]);

    const { database, findContract } = backbone;
    const notifier = createNotifier({ url: database.url, applicationName: 'test', onError: () => undefined });
    const [{ head }] = await rows('select max(position)::float8 as head from event_history');
    for (const [type, handlers] of [
      ['wallet:escrow.expired', ['wallet.expire-hold']],
      ['wallet:escrow.refunded', ['marketplace.expire-request']],
      ['marketplace:request.confirmation-due', ['marketplace.pay-unconfirmed']],
      ['marketplace:request.moved', ['marketplace.tell-of-step']],
    ] as const) {
      const replay = {
        selection: { type },
        handlers: [...handlers],
        again: true,
        upTo: head,
        perSecond: 1_000,
        note: null,
      };
      const id = await createReplay(database.queries, replay);
      const run = await driveReplay({ database, notifier, findContract }, id);
      expect(run).toMatchObject({ state: 'finished', failed: 0 });
      expect(run.sent).toBeGreaterThan(0);
    }
    await notifier.close();
    await backbone.drain();
    expect(await outcome()).toEqual(before);
    expect(await rows('select from event_dead_letter')).toEqual([]);
  });
});
