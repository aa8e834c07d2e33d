import type { LabDatabase } from '../harness/lab';

export interface LedgerArgument {
  readonly databaseUrl: string;
  readonly clients: number;
  readonly wallets: number;
}

export interface LedgerRun {
  readonly seconds: number;
  /** Names the run's idempotency keys. */
  readonly key: string;
}

/** Of one hold. */
export const AMOUNT = 5;
/** What each wallet has at first: more than any run takes. */
const FUNDS = 1_000_000_000_000;

export const walletName = (nth: number) => `wallet-${String(nth).padStart(6, '0')}`;

/** Wallets with funds that came from nowhere, as no bench looks at where from. */
export async function fillWallets(database: LabDatabase, wallets: number): Promise<void> {
  await database.pool.query(
    `insert into ledger_account (owner, kind, currency, balance)
     select 'wallet-' || lpad(nth::text, 6, '0'), kind, 'points', case kind when 'available' then $2::bigint else 0 end
     from generate_series(0, $1::int - 1) as nth, unnest(array['available', 'escrow', 'earnings']) as kind`,
    [wallets, FUNDS],
  );
  await database.pool.query('vacuum analyze ledger_account');
}
