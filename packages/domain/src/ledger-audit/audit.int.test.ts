import { TransactionReason } from '@skelly/types/wallet';
import type { WalletService } from '../wallet';
import { createTestLedger } from './testing/test-ledger';
import { useLedger } from './testing/use-ledger';

const { PERFORMANCE_REQUEST, TOP_UP, MEMBER_TRANSFER } = TransactionReason;

describe('the audit of the ledger', () => {
  const audited = useLedger();
  const { query, audit, found, corrupt, checkpoints, fillLedger } = audited;

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
    const late = await audited.database.pool.connect();
    await late.query('begin');
    await late.query('lock table ledger_transfer in row exclusive mode');
    const services = Array.from({ length: 4 }, () => createTestLedger(audited.database).wallets);
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
    const late = await audited.database.pool.connect();
    await late.query('begin');
    await late.query(`select nextval(pg_get_serial_sequence('ledger_transfer', 'position'))`);
    await late.query('lock table ledger_transfer in row exclusive mode');
    await audited.ledger.wallets.credit({ userId: 'bob', amount: 7, reason: TOP_UP });
    const [{ position: before }] = await query('select max(position)::int - 2 as position from ledger_transfer');
    expect(await audit()).toMatchObject({ position: before, found: [] });
    // Behind the gap balances are compared all the same.
    await corrupt('bob', 'available', 1);
    expect(await found()).toEqual([['balance', 'bob']]);
    await late.query('rollback');
    late.release();
    expect(await audit()).toMatchObject({ position: before + 2, transfers: 1, found: [] });
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

  test('one at a time: a second one leaves it at that, or waits', async () => {
    await fillLedger();
    const other = await audited.database.pool.connect();
    await other.query('begin');
    await other.query('select from ledger_audit for update');
    expect(await audit()).toMatchObject({ busy: true, found: [] });
    const waiting = audit({ wait: true });
    await other.query('commit');
    other.release();
    expect(await waiting).toMatchObject({ busy: false, complete: true });
  });
});
