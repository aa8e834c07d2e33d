import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { TransactionReason } from '@skelly/types/wallet';
import type { AuditOptions } from '../audit';
import { createTestLedger, type TestLedger } from './test-ledger';

const { PERFORMANCE_REQUEST, TOP_UP, MEMBER_TRANSFER } = TransactionReason;

/** A ledger of each test's own in a file, and ways to look at it and to damage it behind the program's back. */
export function useLedger() {
  let database: TestDatabase;
  let ledger: TestLedger;
  beforeEach(async () => {
    database = await createTestDatabase({ max: 30 });
    ledger = createTestLedger(database);
  });
  afterEach(() => database.drop());

  const query = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
  const audit = (options: AuditOptions = {}) => ledger.audit(options);
  return {
    get database() {
      return database;
    },
    get ledger() {
      return ledger;
    },
    query,
    audit,
    found: async (options: AuditOptions = {}) =>
      (await audit(options)).found.map(({ rule, owner }) => [rule, owner] as const),
    corrupt: (userId: string, kind: string, by: number) =>
      query(`update ledger_account set balance = balance + $3 where owner = $1 and kind = $2 and currency = 'points'`, [
        userId,
        kind,
        by,
      ]),
    /** As somebody does who may do everything. */
    async tamper(text: string, values: unknown[] = []) {
      await query('alter table ledger_transfer disable trigger user');
      const rows = await query(text, values);
      await query('alter table ledger_transfer enable trigger user');
      return rows;
    },
    frozen: async () =>
      (await query('select distinct owner from ledger_account where frozen_at is not null order by owner')).map(
        ({ owner }) => owner,
      ),
    checkpoints: () => query('select * from ledger_checkpoint order by account_id'),
    /** Every kind of operation, by some wallets. */
    async fillLedger(): Promise<void> {
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
    },
  };
}
