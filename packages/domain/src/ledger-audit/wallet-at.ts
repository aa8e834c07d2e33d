import type { Queries } from '@skelly/db';
import { type Currency, WALLET_ACCOUNTS, type WalletAccount } from '@skelly/types/wallet';
import { sql } from 'drizzle-orm';

/** A wallet as it was at a moment, by its transfers alone. */
export interface WalletAt {
  readonly userId: string;
  readonly currency: Currency;
  readonly at: Date;
  /** The last transfer that had been written by then; 0 when there was none. */
  readonly position: number;
  readonly accounts: readonly { readonly account: WalletAccount; readonly balance: number; readonly entries: number }[];
  /** Holds that were open, oldest first. */
  readonly holds: readonly { readonly escrowId: string | null; readonly amount: number; readonly since: Date }[];
}

/**
 * Reconstructs a wallet from the log of transfers: what its accounts held at a moment, and which holds were open. A transfer's time is when
 * its transaction began; those of a wallet follow each other, so all up to the last one of that time had been written.
 *
 * @returns a wallet of nothing for somebody who had none.
 */
export async function walletAt(
  queries: Queries,
  { userId, currency, at }: { readonly userId: string; readonly currency: Currency; readonly at: Date },
): Promise<WalletAt> {
  const { rows } = await queries.execute<{
    position: number;
    accounts: Record<string, { balance: number; entries: number }> | null;
    holds: { escrowId: string | null; amount: number; since: string }[] | null;
  }>(sql`
    with entry as (
      select account.kind as account, entry.position, entry.amount, entry.escrow_id, entry.kind, entry.created_at
      from ledger_account as account join ledger_entry as entry on entry.account_id = account.id
      where account.owner = ${userId} and account.currency = ${currency}
    ), last as (
      select coalesce(max(position), 0) as position from entry where created_at <= ${at}
    ), known as (
      select entry.* from entry join last on entry.position <= last.position
    ), account as (
      select account, sum(amount)::bigint as balance, count(*) as entries from known group by account
    ), hold as (
      select escrow_id, sum(amount)::bigint as amount, min(created_at) as since, min(position) as first
      from known where account = 'escrow' group by escrow_id having sum(amount) <> 0
    )
    select last.position::float8 as position,
      (select jsonb_object_agg(account, jsonb_build_object('balance', balance, 'entries', entries)) from account) as accounts,
      (select jsonb_agg(jsonb_build_object('escrowId', escrow_id, 'amount', amount, 'since', since) order by first) from hold) as holds
    from last`);
  const { position = 0, accounts, holds } = rows[0] ?? {};
  return {
    userId,
    currency,
    at,
    position,
    accounts: WALLET_ACCOUNTS.map((account) => ({ account, ...(accounts?.[account] ?? { balance: 0, entries: 0 }) })),
    holds: (holds ?? []).map(({ since, ...hold }) => ({ ...hold, since: new Date(since) })),
  };
}
