import type pg from 'pg';
import { assertRolledBack, hasOpenTransaction, heldTransactions } from '../backends';
import type { Target } from '../strike';

const APP = 'skelly-relay';

/** The relay, killed inside the transaction that claims pointers and spans their sending. */
export function createRelayTarget({ db }: { db: pg.Pool }): Target {
  return {
    service: 'relay',
    isBusy: () => hasOpenTransaction(db, APP),
    async look() {
      const transactions = await heldTransactions(db, APP);
      // Deleted by a transaction that is still open: others see the row, with the deleter's id on it.
      const { rowCount: claimed } = await db.query('select from event_outbox where xmax::text = any ($1)', [
        transactions.map(({ xid }) => xid),
      ]);
      if (!claimed) return null;
      return {
        what: `a claim of ${claimed} ${claimed === 1 ? 'pointer' : 'pointers'} not committed`,
        isPrize: true,
        async prove() {
          await assertRolledBack(db, transactions);
          return 'rolled back, so they were due again';
        },
      };
    },
  };
}
