import type { Queries } from '@skelly/db';
import { type Currency, WALLET_ACCOUNTS, type WalletAccount } from '@skelly/types/wallet';
import { type SQL, sql } from 'drizzle-orm';

/** A wallet as it was at a moment, by its transfers alone. */
export interface WalletAt {
  readonly userId: string;
  readonly currency: Currency;
  readonly at: Date;
  /** The last transfer that had been written by then; 0 when there was none. */
  readonly position: number;
  readonly accounts: readonly { readonly account: WalletAccount; readonly balance: number; readonly entries: number }[];
  /** Holds that were open, oldest first: of the last 10,000. */
  readonly holds: readonly { readonly escrowId: string | null; readonly amount: number; readonly since: Date }[];
  /** What was in escrow beyond those, for older holds. */
  readonly heldBefore: number;
}

export interface WalletAtOptions {
  /** Holds that are looked at, from the moment backwards. @defaultValue 10000 */
  readonly mostHolds?: number | undefined;
}

/** The last entry of an account, as one side of transfers says it. */
const lastOf = (side: 'debit' | 'credit', condition: SQL): SQL => sql`(
  select position, ${sql.raw(`${side}_entry`)} as entries, ${sql.raw(`${side}_balance`)} as balance from ledger_transfer
  where ${sql.raw(`${side}_account`)} = mine.id and ${condition} order by position desc limit 1)`;

const last = (condition: SQL): SQL => sql`(${lastOf('debit', condition)} union all ${lastOf('credit', condition)})`;

/**
 * Reconstructs a wallet from the log of transfers: what its accounts held at a moment, and which holds were open. A transfer's time is when
 * its transaction began; those of a wallet follow each other, so all up to the last one of that time had been written.
 *
 * Each transfer says what its accounts hold after it, as the audit proves, so the last one of each account is read, however many there are.
 *
 * @returns a wallet of nothing for somebody who had none.
 */
export async function walletAt(
  queries: Queries,
  { userId, currency, at }: { readonly userId: string; readonly currency: Currency; readonly at: Date },
  { mostHolds = 10_000 }: WalletAtOptions = {},
): Promise<WalletAt> {
  const moment = sql`${at.toISOString()}::timestamptz`;
  const byThen = sql`position < ledger_position_at(${moment} + interval '1 minute') and created_at <= ${moment}`;
  const upTo = sql`position <= (select position from last)`;
  const { rows } = await queries.execute<{
    position: number;
    accounts: Record<string, { balance: number; entries: number }> | null;
    holds: { escrowId: string | null; amount: number; since: string }[] | null;
  }>(sql`
    with mine as materialized (
      select id, kind from ledger_account where owner = ${userId} and currency = ${currency}
    ), last as materialized (
      select coalesce(max(entry.position), 0) as position from mine cross join lateral ${last(byThen)} as entry
    ), account as (
      select distinct on (mine.kind) mine.kind, entry.balance, entry.entries
      from mine cross join lateral ${last(upTo)} as entry order by mine.kind, entry.position desc
    ), held as materialized (
      select entry.* from mine cross join lateral (
        select position, escrow_id, amount, created_at from ledger_transfer
        where credit_account = mine.id and ${upTo} order by position desc limit ${mostHolds}
      ) as entry where mine.kind = 'escrow'
    ), ended as (
      select entry.escrow_id, sum(entry.amount) as amount from mine cross join lateral (
        select escrow_id, amount from ledger_transfer
        where debit_account = mine.id and ${upTo} and position > (select min(position) from held)
      ) as entry where mine.kind = 'escrow' group by entry.escrow_id
    ), hold as (
      select held.escrow_id, held.position, held.created_at, (held.amount - coalesce(ended.amount, 0))::bigint as amount
      from held left join ended on ended.escrow_id = held.escrow_id where held.amount <> coalesce(ended.amount, 0)
    )
    select last.position::float8 as position,
      (select jsonb_object_agg(kind, jsonb_build_object('balance', balance, 'entries', entries)) from account) as accounts,
      (select jsonb_agg(jsonb_build_object('escrowId', escrow_id, 'amount', amount, 'since', created_at) order by position) from hold) as holds
    from last`);
  const { position = 0, accounts, holds } = rows[0] ?? {};
  const listed = (holds ?? []).map(({ since, ...hold }) => ({ ...hold, since: new Date(since) }));
  return {
    userId,
    currency,
    at,
    position,
    accounts: WALLET_ACCOUNTS.map((account) => ({ account, ...(accounts?.[account] ?? { balance: 0, entries: 0 }) })),
    holds: listed,
    heldBefore: (accounts?.['escrow']?.balance ?? 0) - listed.reduce((sum, { amount }) => sum + amount, 0),
  };
}
