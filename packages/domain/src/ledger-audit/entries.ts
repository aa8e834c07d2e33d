import { type SQL, sql } from 'drizzle-orm';

/** Both sides of the transfers of a query that has their columns. `delta` is what the account got. */
export const sidesOf = (transfers: SQL): SQL => sql`
  select debit_account as account, position, id, kind, currency, -amount as delta, debit_entry as entry, debit_balance as balance
  from ${transfers}
  union all
  select credit_account, position, id, kind, currency, amount, credit_entry, credit_balance from ${transfers}`;

/** A transfer as evidence shows it. */
export const SIDE_AS_JSON = sql`jsonb_build_object('position', position, 'transferId', id, 'kind', kind, 'amount', delta, 'entry', entry, 'balance', balance)`;

const lastColumns = (side: 'debit' | 'credit', delta: SQL): SQL =>
  sql`position, id, kind, ${delta} as delta, ${sql.identifier(`${side}_entry`)} as entry, ${sql.identifier(`${side}_balance`)} as balance`;

/** The last entries of an account, as evidence shows them. */
export const lastEntries = (account: SQL): SQL => sql`
  (select coalesce(jsonb_agg(${SIDE_AS_JSON} order by position desc), '[]') from (
    (select ${lastColumns('debit', sql`-amount`)} from ledger_transfer where debit_account = ${account} order by ledger_transfer.position desc limit 3)
    union all
    (select ${lastColumns('credit', sql`amount`)} from ledger_transfer where credit_account = ${account} order by ledger_transfer.position desc limit 3)
  ) as last)`;
