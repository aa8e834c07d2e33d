import type { LedgerRule } from '@skelly/types/wallet';
import { unfreezeWallet } from './index';
import { useLedger } from './testing/use-ledger';

describe('damage that the audit finds', () => {
  const audited = useLedger();
  const { query, audit, found, corrupt, tamper, frozen, fillLedger } = audited;

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
      await audited.ledger.events.transaction((work) =>
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
});
