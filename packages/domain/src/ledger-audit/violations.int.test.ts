import type { AuditOptions } from './audit';
import { closeViolation, readLedgerAudit, unfreezeWallet } from './index';
import { useLedger } from './testing/use-ledger';

describe('a violation', () => {
  const audited = useLedger();
  const { query, audit, found, corrupt, frozen, fillLedger } = audited;
  const code = (value: string) => expect.objectContaining({ code: value });

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
    const debit = (userId: string) => audited.ledger.wallets.debit({ userId, amount: 1, reason: 'purchase' });
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
    expect(await readLedgerAudit(audited.database.queries)).toMatchObject({
      openViolations: 1,
      violations: [{ rule: 'balance', userId: 'cyd', resolvedAt: null }],
      frozen: [{ userId: 'cyd', currency: 'points', open: 1, displayName: null }],
    });

    const unfreeze = (userId: string) =>
      audited.ledger.events.transaction((work) =>
        unfreezeWallet(work, { userId, currency: 'points', reason: 'set back' }),
      );
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

  test('of one wallet hides none of another', async () => {
    await fillLedger();
    await query(`update escrow set amount = amount + 1 where owner = 'ada' and status = 'held'`);
    expect(await found()).toContainEqual(['escrow', 'ada']);
    await audited.ledger.wallets.holdInEscrow({ userId: 'bob', amount: 5, reason: 'performance_request' });
    await query(`update escrow set amount = amount + 1 where owner = 'bob' and status = 'held'`);
    expect(await found()).toContainEqual(['escrow', 'bob']);
    expect(await audit()).toMatchObject({ found: [], more: 0 });
  });

  test('that holds no wallet frozen is closed by itself, with who and why', async () => {
    await fillLedger();
    await audit();
    const cyd = `owner = 'cyd' and kind = 'earnings'`;
    await query(`delete from ledger_account where ${cyd}`);
    await corrupt('bob', 'available', 1);
    await audit();
    const { violations } = await readLedgerAudit(audited.database.queries);
    const idOf = (owner: string | null) => violations.find(({ userId }) => userId === owner)?.violationId as string;
    const close = (violationId: string) =>
      audited.ledger.events.transaction((work) => closeViolation(work, { violationId, reason: 'made anew by hand' }));
    await expect(close(idOf('bob'))).rejects.toEqual(code('violation_of_frozen_wallet'));
    await close(idOf(null));
    await expect(close(idOf(null))).rejects.toEqual(code('violation_closed'));
    await expect(close('00000000-0000-7000-8000-000000000009')).rejects.toEqual(code('violation_not_found'));
    expect(await query('select action, target, reason from operator_action')).toEqual([
      { action: 'wallet.close-violation', target: idOf(null), reason: 'made anew by hand' },
    ]);
    // It is still so.
    expect(await found()).toEqual([['balance', null]]);
  });

  test('is kept with as many others as one run keeps, and the next runs find the rest', async () => {
    await query(
      `insert into ledger_account (owner, currency, kind, balance, entries)
       select 'many-' || nth, 'points', 'available', 1, 0 from generate_series(1, 1007) as nth`,
    );
    const first = await audit();
    expect([first.found.length, first.more, first.open]).toEqual([1_000, 7, 1_000]);
    expect((await readLedgerAudit(audited.database.queries)).head).toMatchObject({ more: 7 });
    const second = await audit();
    expect([second.found.length, second.more, second.open]).toEqual([7, 0, 1_007]);
  });

  describe('beyond what one run keeps', () => {
    const run = async (options: AuditOptions = {}) => {
      const { found: some, more, complete } = await audit({ checksEvents: false, ...options });
      return [some.length, more, complete];
    };

    test('is found in transfers, new and old, though a thousand others are known', async () => {
      await audited.ledger.wallets.credit({ userId: 'ada', amount: 5, reason: 'top_up' });
      await query(
        `insert into ledger_account (owner, currency, kind, balance, entries)
         select 'many-' || nth, 'points', 'available', 5, 1 from generate_series(1, 1008) as nth`,
      );
      const last = `select id from ledger_account where owner = 'many-1008'`;
      await audited.tamper(
        `insert into ledger_transfer
           (id, operation_id, kind, reason, debit_account, credit_account, currency, amount, credit_entry, credit_balance)
         select uuidv7(), 'many', 'credit', 'top_up', source.id, mine.id, 'points', 5, case when mine.id in (${last}) then 1 else 2 end, 5
         from ledger_account as mine join ledger_account as source on source.owner is null and source.kind = 'top-up' and source.currency = 'points'
         where mine.owner like 'many-%' order by mine.id`,
      );
      expect(await run()).toEqual([1_000, 7, false]);
      expect(await run()).toEqual([7, 0, true]);
      await audited.tamper(`update ledger_transfer set credit_entry = 2 where credit_account in (${last})`);
      expect(await run({ full: true })).toEqual([1, 0, true]);
      // They have no events either.
      const turn = () => run({ checksEvents: true, recheckTransfers: 1_008 });
      expect([await turn(), await turn(), await turn()]).toEqual([
        [1_000, 7, true],
        [7, 0, true],
        [1, 0, true],
      ]);
    });

    test('is found in accounts that are counted again, though a thousand others are known', async () => {
      const tell = (name: string, count: number) =>
        query(
          `with made as (
             insert into ledger_account (owner, currency, kind, balance, entries)
             select $1 || nth, 'points', 'available', 5, 1 from generate_series(1, $2::int) as nth returning id
           ) insert into ledger_checkpoint (account_id, position, balance, entries) select id, 0, 5, 1 from made`,
          [name, count],
        );
      await tell('many-', 1_007);
      expect(await run({ full: true })).toEqual([1_000, 7, true]);
      expect(await run({ full: true })).toEqual([7, 0, true]);
      await tell('late-', 1);
      expect(await run({ full: true })).toEqual([1, 0, true]);
    });
  });
});
