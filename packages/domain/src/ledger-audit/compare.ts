import type { Queries } from '@skelly/db';
import { type SQL, sql } from 'drizzle-orm';
import type { WalletName } from '../wallet';
import { lastEntries, sidesOf } from './entries';
import { bounded, type Finding, type Findings, findingsOf, isNew } from './finding';

type Row = Finding & { readonly among: number };

const ofWallet = (wallet: WalletName | undefined, table: SQL): SQL =>
  wallet ? sql`${table}.owner = ${wallet.owner} and ${table}.currency = ${wallet.currency}` : sql`true`;

/**
 * Accounts that do not hold what their transfers say: the checkpoint, and what came after it. One statement sees both as of one
 * moment, so accounts that move meanwhile give no false alarm, and those that do not move are compared as well.
 *
 * @param wallet this one alone, also what was reported of it.
 */
export async function compareBalances(queries: Queries, position: number, wallet?: WalletName): Promise<Findings> {
  const { rows } = await queries.execute<Row>(sql`
    with later as (
      select * from ledger_transfer where position > ${position}::bigint
    ), tail as (
      select account, sum(delta)::bigint as delta, count(*) as entries from (${sidesOf(sql`later`)}) as side group by account
    ), odd as (
      select coalesce(account.id, known.account_id) as id, account.owner, account.currency, account.kind, account.balance, account.entries,
        coalesce(known.balance, 0) + coalesce(tail.delta, 0) as its_balance,
        coalesce(known.entries, 0) + coalesce(tail.entries, 0) as its_entries
      from ledger_account as account full join ledger_checkpoint as known on known.account_id = account.id
      left join tail on tail.account = coalesce(account.id, known.account_id)
      where (account.id is null or account.owner is not null) and ${ofWallet(wallet, sql`account`)}
        and (account.balance is distinct from coalesce(known.balance, 0) + coalesce(tail.delta, 0)
          or account.entries is distinct from coalesce(known.entries, 0) + coalesce(tail.entries, 0))
    )
    select 'balance' as rule, 'account:' || id as subject, owner, currency, id::float8 as "accountId",
      jsonb_build_object(
        'expected', jsonb_build_object('account', kind, 'balance', its_balance, 'entries', its_entries),
        'found', jsonb_build_object('account', kind, 'balance', balance, 'entries', entries),
        'transfers', ${lastEntries(sql`odd.id`)}) as evidence, among
    from ${bounded(sql`odd where ${wallet ? sql`true` : isNew('balance', sql`'account:' || odd.id`)}`)} as odd`);
  return findingsOf(rows);
}

/** Escrow accounts that do not hold the sum of their open holds. @param wallet this one alone, also what was reported of it. */
export async function compareEscrow(queries: Queries, wallet?: WalletName): Promise<Findings> {
  const { rows } = await queries.execute<Row>(sql`
    with held as (
      select owner, currency, sum(amount)::bigint as amount, count(*) as holds from escrow
      where status = 'held' and ${ofWallet(wallet, sql`escrow`)} group by owner, currency
    ), kept as (
      select id, owner, currency, balance from ledger_account as account
      where kind = 'escrow' and owner is not null and ${ofWallet(wallet, sql`account`)}
    ), odd as (
      select id, owner, currency, balance, coalesce(amount, 0) as amount, coalesce(holds, 0) as holds
      from kept full join held using (owner, currency) where coalesce(balance, 0) <> coalesce(amount, 0)
    )
    select 'escrow' as rule, 'wallet:' || owner || '/' || currency as subject, owner, currency, id::float8 as "accountId",
      jsonb_build_object(
        'expected', jsonb_build_object('account', 'escrow', 'balance', amount, 'holds', holds),
        'found', jsonb_build_object('account', 'escrow', 'balance', balance),
        'transfers', ${lastEntries(sql`odd.id`)}) as evidence, among
    from ${bounded(sql`odd where ${wallet ? sql`true` : isNew('escrow', sql`'wallet:' || odd.owner || '/' || odd.currency`)}`)} as odd`);
  return findingsOf(rows);
}
