import type pg from 'pg';
import { eventually } from '../eventually';

/** A database session of an app that is inside a transaction which has written. */
export interface OpenTransaction {
  readonly pid: number;
  /** Its transaction id, as `xmin` and `xmax` show it. */
  readonly xid: string;
}

/** Whether any session of an app is inside a transaction that has written. A quick look while the app runs. */
export async function hasOpenTransaction(db: pg.Pool, app: string): Promise<boolean> {
  const { rows } = await db.query<{ open: boolean }>({
    name: 'open-transaction',
    text: 'select exists (select from pg_stat_activity where application_name = $1 and backend_xid is not null) as open',
    values: [app],
  });
  return rows[0]?.open ?? false;
}

/**
 * The transactions that a frozen app holds open. A statement or a commit that it had sent before is waited for first, since
 * the server carries that out without it.
 */
export async function heldTransactions(db: pg.Pool, app: string): Promise<readonly OpenTransaction[]> {
  const sessions = () =>
    db.query<OpenTransaction & { state: string; isBlocked: boolean }>({
      name: 'sessions',
      text: `select pid, backend_xid::text as xid, state, coalesce(wait_event_type = 'Lock', false) as "isBlocked"
             from pg_stat_activity where application_name = $1 and backend_xid is not null`,
      values: [app],
    });
  const { rows } = await eventually(`the end of the statements of ${app}`, async () => {
    const found = await sessions();
    return found.rows.every(({ state, isBlocked }) => state !== 'active' || isBlocked) && found;
  });
  return rows.filter(({ state }) => state === 'idle in transaction').map(({ pid, xid }) => ({ pid, xid }));
}

/** Proves that transactions of a killed process have ended without a commit. @throws when one has committed. */
export async function assertRolledBack(db: pg.Pool, transactions: readonly OpenTransaction[]): Promise<void> {
  for (const { xid } of transactions) {
    const status = await eventually(`the end of transaction ${xid}`, async () => {
      // A cluster as young as this one has seen no wraparound, so the short id is the long one.
      const { rows } = await db.query<{ status: string }>('select pg_xact_status($1::xid8) as status', [xid]);
      return rows[0]?.status !== 'in progress' && rows[0]?.status;
    });
    if (status !== 'aborted') throw new Error(`transaction ${xid} of the killed process has ${status}`);
  }
}
