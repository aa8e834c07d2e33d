import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { type LedgerRule, TransactionReason } from '@skelly/types/wallet';
import type { WalletService } from '../wallet';
import { type AuditOptions, readLedgerAudit, unfreezeWallet, walletAt } from './index';
import { createTestLedger, type TestLedger } from './testing/test-ledger';

const { PERFORMANCE_REQUEST, TOP_UP, MEMBER_TRANSFER } = TransactionReason;

describe('the audit of the ledger', () => {
  let database: TestDatabase;
  let ledger: TestLedger;
  beforeEach(async () => {
    database = await createTestDatabase({ max: 30 });
    ledger = createTestLedger(database);
  });
  afterEach(() => database.drop());

  const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
  const audit = (options: AuditOptions = {}) => ledger.audit(options);
  const found = async (options: AuditOptions = {}) =>
    (await audit(options)).found.map(({ rule, owner }) => [rule, owner] as const);
  const corrupt = (userId: string, kind: string, by: number) =>
    query(`update ledger_account set balance = balance + $3 where owner = $1 and kind = $2 and currency = 'points'`, [
      userId,
      kind,
      by,
    ]);
  /** As somebody does who may do everything. */
  async function tamper(text: string, values: unknown[] = []) {
    await query('alter table ledger_transfer disable trigger user');
    const rows = await query(text, values);
    await query('alter table ledger_transfer enable trigger user');
    return rows;
  }
  const frozen = async () =>
    (await query('select distinct owner from ledger_account where frozen_at is not null order by owner')).map(
      ({ owner }) => owner,
    );
  const checkpoints = () => query('select * from ledger_checkpoint order by account_id');

  /** Every kind of operation, by some wallets. */
  async function fillLedger(): Promise<void> {
    const { wallets } = ledger;
    for (const userId of ['ada', 'bob', 'cyd']) await wallets.credit({ userId, amount: 1_000, reason: TOP_UP });
    await wallets.credit({ userId: 'ada', amount: 50, currency: 'gems', reason: TOP_UP });
    await wallets.transfer({ userId: 'ada', toUserId: 'bob', amount: 100, reason: MEMBER_TRANSFER });
    const about = { userId: 'ada', reason: PERFORMANCE_REQUEST } as const;
    const [settled, refunded, split] = [
      await wallets.holdInEscrow({ ...about, amount: 10 }),
      await wallets.holdInEscrow({ ...about, amount: 20 }),
      await wallets.holdInEscrow({ ...about, amount: 30 }),
    ].map(({ escrowId }) => escrowId as string) as [string, string, string];
    await wallets.holdInEscrow({ ...about, amount: 40 });
    await wallets.settleEscrow({ ...about, escrowId: settled, modelId: 'cyd' });
    await wallets.refundEscrow({ ...about, escrowId: refunded });
    await wallets.partialSettleEscrow({ ...about, escrowId: split, modelId: 'cyd', settleAmount: 11 });
    await wallets.debit({ userId: 'bob', amount: 5, reason: 'purchase' });
  }

  test('finds nothing in a ledger that is right, and the same step by step, at once and from the beginning', async () => {
    expect(await audit()).toMatchObject({ complete: true, transfers: 0, found: [], open: 0 });
    await fillLedger();
    expect(await audit({ pageSize: 3, maxTransfers: 6 })).toMatchObject({ complete: false, transfers: 6, found: [] });
    expect(await audit({ pageSize: 1 })).toMatchObject({ complete: true, found: [], open: 0 });
    const stepped = await checkpoints();
    expect(await audit()).toMatchObject({ complete: true, transfers: 0, accounts: 12, found: [] });
    expect(await audit({ full: true })).toMatchObject({ found: [], recounted: 12 });
    await query('delete from ledger_checkpoint');
    await query('update ledger_audit set position = 0, event_position = 0');
    expect((await audit()).found).toEqual([]);
    expect(await checkpoints()).toEqual(stepped);
    // What the system gave is what members hold, and what it took.
    const [sum] = await query('select sum(balance)::int as sum from ledger_checkpoint');
    expect(sum).toEqual({ sum: 0 });
  });

  test('gives no false alarm while others write, and misses nobody who commits late', async () => {
    const late = await database.pool.connect();
    await late.query('begin');
    await late.query('lock table ledger_transfer in row exclusive mode');
    const services = Array.from({ length: 4 }, () => createTestLedger(database).wallets);
    let writing = true;
    const write = async (turn: number) => {
      const wallets = services[turn % services.length] as WalletService;
      const [userId, toUserId] = [`w${turn % 3}`, `w${(turn + 1) % 3}`];
      await wallets.credit({ userId, amount: 10_000, reason: TOP_UP });
      while (writing) {
        const held = await wallets.holdInEscrow({ userId, amount: 3, reason: PERFORMANCE_REQUEST });
        await wallets.transfer({ userId, toUserId, amount: 1, reason: MEMBER_TRANSFER });
        const about = { userId, escrowId: held.escrowId as string, reason: PERFORMANCE_REQUEST } as const;
        await wallets.settleEscrow({ ...about, modelId: toUserId });
        await wallets.debit({ userId, amount: 100_000, reason: 'purchase' }).catch(() => undefined);
      }
    };
    const writers = Array.from({ length: 8 }, (_, turn) => write(turn));
    for (let round = 0; round < 8; round += 1) {
      expect((await audit({ pageSize: 50 })).found).toEqual([]);
      if (round === 1) {
        await late.query('commit');
        late.release();
      }
    }
    writing = false;
    await Promise.all(writers);
    const [{ count }] = await query('select count(*)::int from ledger_transfer');
    expect(await audit({ full: true })).toMatchObject({ complete: true, found: [] });
    const [{ entries }] = await query('select sum(entries)::int as entries from ledger_checkpoint');
    expect(entries).toBe(2 * count);
  }, 60_000);

  test('waits for a transaction that has drawn its position and commits after later ones', async () => {
    await fillLedger();
    const late = await database.pool.connect();
    await late.query('begin');
    await late.query(`select nextval(pg_get_serial_sequence('ledger_transfer', 'position'))`);
    await late.query('lock table ledger_transfer in row exclusive mode');
    await ledger.wallets.credit({ userId: 'bob', amount: 7, reason: TOP_UP });
    const [{ position: before }] = await query('select max(position)::int - 2 as position from ledger_transfer');
    expect(await audit()).toMatchObject({ position: before, found: [] });
    // Behind the gap balances are compared all the same.
    await corrupt('bob', 'available', 1);
    expect(await found()).toEqual([['balance', 'bob']]);
    await late.query('rollback');
    late.release();
    expect(await audit()).toMatchObject({ position: before + 2, transfers: 1, found: [] });
  });

  test('freezes a wallet whose balance was changed, idle or not, tells of it once, and lets it go when it is right', async () => {
    await fillLedger();
    await audit();
    await corrupt('cyd', 'earnings', 500);
    const result = await audit();
    expect(result).toMatchObject({ transfers: 0, open: 1 });
    expect(result.found).toEqual([
      expect.objectContaining({
        rule: 'balance',
        owner: 'cyd',
        currency: 'points',
        evidence: {
          expected: { account: 'earnings', balance: 21, entries: 2 },
          found: { account: 'earnings', balance: 521, entries: 2 },
          transfers: [
            expect.objectContaining({ kind: 'settle', amount: 11, entry: 2, balance: 21 }),
            expect.objectContaining({ kind: 'settle', amount: 10, entry: 1, balance: 10 }),
          ],
        },
      }),
    ]);
    expect(await frozen()).toEqual(['cyd']);
    const code = (value: string) => expect.objectContaining({ code: value });
    const debit = (userId: string) => ledger.wallets.debit({ userId, amount: 1, reason: 'purchase' });
    await expect(debit('cyd')).rejects.toEqual(code('wallet_frozen'));
    await debit('bob');
    expect((await audit()).found).toEqual([]);
    const events = await query(`select subject, data from event_history where type = 'system:ledger.violated'`);
    expect(events).toEqual([
      { subject: 'wallet:cyd', data: expect.objectContaining({ rule: 'balance', userId: 'cyd', currency: 'points' }) },
    ]);
    const pushed = await query('select channel, data from push_message where channel like $1 order by channel', [
      'role:%',
    ]);
    expect(pushed.map(({ channel, data }) => [channel, Object.keys(data).sort()])).toEqual(
      ['role:admin', 'role:support'].map((channel) => [channel, ['currency', 'rule', 'userId', 'violationId']]),
    );
    expect(await readLedgerAudit(database.queries)).toMatchObject({
      openViolations: 1,
      violations: [{ rule: 'balance', userId: 'cyd', resolvedAt: null }],
      frozen: [{ userId: 'cyd', currency: 'points', open: 1, displayName: null }],
    });

    const unfreeze = (userId: string) =>
      ledger.events.transaction((work) => unfreezeWallet(work, { userId, currency: 'points', reason: 'set back' }));
    await expect(unfreeze('cyd')).rejects.toEqual(code('wallet_still_violated'));
    await expect(unfreeze('bob')).rejects.toEqual(code('wallet_not_frozen'));
    await corrupt('cyd', 'earnings', -500);
    expect(await unfreeze('cyd')).toEqual({ userId: 'cyd', currency: 'points', resolved: 1 });
    await debit('cyd');
    expect(await audit()).toMatchObject({ found: [], open: 0 });
    expect(await query('select action, target, reason from operator_action')).toEqual([
      { action: 'wallet.unfreeze', target: 'wallet:cyd', reason: 'set back' },
    ]);
    await corrupt('cyd', 'earnings', 1);
    expect(await found()).toEqual([['balance', 'cyd']]);
  });

  describe.each<[string, () => Promise<unknown>, (readonly [LedgerRule, string])[]]>([
    [
      'a balance and its count of entries',
      () => query(`update ledger_account set entries = entries + 1 where owner = 'bob' and kind = 'available'`),
      [['balance', 'bob']],
    ],
    [
      'an escrow account together with another one',
      async () => {
        await corrupt('ada', 'escrow', -10);
        await corrupt('ada', 'available', 10);
      },
      [
        ['balance', 'ada'],
        ['balance', 'ada'],
        ['escrow', 'ada'],
      ],
    ],
    [
      'the amount of an open hold',
      () => query(`update escrow set amount = amount + 1 where owner = 'ada' and status = 'held'`),
      [
        ['escrow', 'ada'],
        ['hold', 'ada'],
      ],
    ],
    [
      'what a hold was settled for',
      () =>
        query(
          `update escrow set settled_amount = settled_amount - 1, refunded_amount = refunded_amount + 1 where status = 'partially_settled'`,
        ),
      [['hold', 'ada']],
    ],
    [
      'a hold that is gone',
      () => query(`delete from escrow where status = 'held'`),
      [
        ['escrow', 'ada'],
        ['hold', 'ada'],
      ],
    ],
    [
      'the event of a transfer',
      () =>
        query(
          `delete from event_history where event_id in (select id from ledger_transfer where kind = 'debit' limit 1)`,
        ),
      [['event', 'bob']],
    ],
    [
      'a hold that is open past its time',
      () => query(`update escrow set expires_at = now() - interval '61 seconds' where status = 'held'`),
      [['expiry', 'ada']],
    ],
  ])('%s', (_what, damage, expected) => {
    const sorted = (rows: readonly (readonly [string, string | null])[]) => rows.map((row) => row.join(' ')).sort();

    test.each([
      ['before it was audited', false],
      ['long after it was audited', true],
    ])('is found when it was damaged %s', async (_when, auditedBefore) => {
      await fillLedger();
      if (auditedBefore) await audit();
      await damage();
      const first = await audit({ recheckTransfers: 100 });
      expect(sorted(first.found.map(({ rule, owner }) => [rule, owner]))).toEqual(sorted(expected));
      for (const { evidence } of first.found) expect(Object.keys(evidence)).toEqual(['found', 'expected', 'transfers']);
      expect(await frozen()).toEqual([...new Set(expected.map(([, owner]) => owner))]);
      expect((await audit({ full: true })).found).toEqual([]);
    });
  });

  describe('transfers that somebody changed', () => {
    const damages: [string, string][] = [
      ['deleted', `delete from ledger_transfer where kind = 'debit'`],
      ['altered', `update ledger_transfer set amount = amount + 1 where kind = 'debit'`],
      ['altered with what it says', `update ledger_transfer set amount = 6, debit_balance = 1094 where kind = 'debit'`],
    ];
    test.each(damages)('%s before they were audited', async (_how, text) => {
      await fillLedger();
      await tamper(text);
      const rules = new Set((await found()).map(([rule]) => rule));
      expect(rules).toContain('balance');
      expect(await frozen()).toEqual(['bob']);
    });

    test.each(damages)('%s long after: by counting its account again, turn by turn', async (_how, text) => {
      await fillLedger();
      await audit();
      await tamper(text);
      const rules = new Set<string>();
      for (let turn = 0; turn < 16; turn += 1)
        for (const [rule, owner] of await found({ recountEntries: 1 })) {
          expect(owner).toBe('bob');
          rules.add(rule);
        }
      expect(rules).toContain('recount');
      expect(await frozen()).toEqual(['bob']);
    });

    test('and what they were is what unfreezes the wallet', async () => {
      await fillLedger();
      await audit();
      await tamper(`update ledger_transfer set amount = amount + 1 where kind = 'debit'`);
      const { found: broken } = await audit({ full: true });
      expect(broken.map(({ rule, owner }) => [rule, owner])).toEqual([['recount', 'bob']]);
      expect(broken[0]?.evidence.transfers).toEqual([
        expect.objectContaining({ amount: -6, entry: 3, balance: 1_095 }),
      ]);
      await tamper(`update ledger_transfer set amount = amount - 1 where kind = 'debit'`);
      await ledger.events.transaction((work) =>
        unfreezeWallet(work, { userId: 'bob', currency: 'points', reason: 'restored' }),
      );
      expect((await audit({ full: true })).found).toEqual([]);
    });
  });

  test('an event that no transfer belongs to is one too many', async () => {
    await fillLedger();
    await query(
      `insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
       select uuidv7(), type, version, source_module, subject, data, actor, correlation_id, occurred_at
       from event_history where type = 'wallet:ledger-entry.created' and subject = 'wallet:bob' limit 1`,
    );
    expect(await found()).toEqual([['event', 'bob']]);
    expect(await frozen()).toEqual(['bob']);
  });

  test('where events are not kept nothing is said of them', async () => {
    await fillLedger();
    await query('delete from event_history');
    expect(await found({ checksEvents: false, full: true })).toEqual([]);
  });

  test('sets a checkpoint right that disagrees with account and transfers', async () => {
    await fillLedger();
    await audit();
    const before = await checkpoints();
    await query(`update ledger_checkpoint set balance = balance + 1`);
    const { found: wrong } = await audit({ full: true });
    expect(new Set(wrong.map(({ rule }) => rule))).toEqual(new Set(['balance']));
    expect(await checkpoints()).toEqual(before);
  });

  test('an account that is gone is told of until it is there again', async () => {
    await fillLedger();
    await audit();
    const cyd = `owner = 'cyd' and kind = 'earnings'`;
    await query(`create table kept as select * from ledger_account where ${cyd}`);
    await query(`delete from ledger_account where ${cyd}`);
    expect(await found()).toEqual([['balance', null]]);
    expect(await audit()).toMatchObject({ found: [], open: 1 });
    await query('insert into ledger_account overriding system value select * from kept');
    expect(await audit()).toMatchObject({ found: [], open: 0 });
  });

  test('a hold whose end is on its way is late, not wrong', async () => {
    const { wallets } = ledger;
    await wallets.credit({ userId: 'ada', amount: 100, reason: TOP_UP });
    const { escrowId } = await wallets.holdInEscrow({
      userId: 'ada',
      amount: 10,
      reason: PERFORMANCE_REQUEST,
      expiresAt: new Date(Date.now() + 60_000),
    });
    await query(`update escrow set expires_at = now() - interval '10 minutes'`);
    await query(`update event_schedule set due_at = now() - interval '10 minutes' where key = $1`, [
      `timer:escrow:${escrowId}`,
    ]);
    expect(await found()).toEqual([]);
    await query('delete from event_schedule');
    expect(await found()).toEqual([['expiry', 'ada']]);
  });

  test('one at a time: a second one leaves it at that, or waits', async () => {
    await fillLedger();
    const other = await database.pool.connect();
    await other.query('begin');
    await other.query('select from ledger_audit for update');
    expect(await audit()).toMatchObject({ busy: true, found: [] });
    const waiting = audit({ wait: true });
    await other.query('commit');
    other.release();
    expect(await waiting).toMatchObject({ busy: false, complete: true });
  });

  test('reconstructs a wallet at any moment from its transfers', async () => {
    const { wallets } = ledger;
    const moments: { at: Date; balance: unknown; holds: number[] }[] = [];
    const open: number[] = [];
    const mark = async () => {
      const [{ now }] = await query('select clock_timestamp() as now');
      const { availableBalance, escrowBalance, earningsBalance, version } = await wallets.getBalance('ada');
      const balance = { available: availableBalance, escrow: escrowBalance, earnings: earningsBalance, version };
      moments.push({ at: now, balance, holds: [...open] });
    };
    await mark();
    await wallets.credit({ userId: 'ada', amount: 100, reason: TOP_UP });
    await mark();
    const { escrowId } = await wallets.holdInEscrow({ userId: 'ada', amount: 30, reason: PERFORMANCE_REQUEST });
    open.push(30);
    await mark();
    await wallets.holdInEscrow({ userId: 'ada', amount: 7, reason: PERFORMANCE_REQUEST });
    open.push(7);
    await mark();
    const about = { userId: 'ada', escrowId: escrowId as string, reason: PERFORMANCE_REQUEST } as const;
    await wallets.partialSettleEscrow({ ...about, modelId: 'bob', settleAmount: 4 });
    open.shift();
    await mark();
    for (const { at, balance, holds } of moments) {
      const past = await walletAt(database.queries, { userId: 'ada', currency: 'points', at });
      const of = Object.fromEntries(past.accounts.map(({ account, balance: held }) => [account, held]));
      const version = past.accounts.reduce((sum, { entries }) => sum + entries, 0);
      expect({ ...of, version }).toEqual(balance);
      expect(past.holds.map(({ amount }) => amount)).toEqual(holds);
    }
  });
});
