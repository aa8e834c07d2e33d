import type { Queries } from '@skelly/db';
import type { BalanceChartResponse, Currency, WalletAccount } from '@skelly/types/wallet';
import { sql } from 'drizzle-orm';

const DAY_MS = 86_400_000;

interface Row extends Record<string, unknown> {
  readonly day: string;
  readonly kind: WalletAccount;
  readonly balance: number;
}

/**
 * What a wallet held at the end of each of the last days, UTC; today as it is now. A day takes two looks at each account's transfers,
 * the last one given and the last one got, so it does not matter how many there are.
 */
export async function getBalanceChart(
  queries: Queries,
  { userId, currency, days, now }: { userId: string; currency: Currency; days: number; now: Date },
): Promise<BalanceChartResponse['points']> {
  const last = (side: 'debit' | 'credit') =>
    sql.raw(`(
      select position, ${side}_balance as balance from ledger_transfer
      where ${side}_account = account.id and position < day.bound and created_at < day.ends
      order by position desc limit 1)`);
  const dayList = Array.from({ length: days }, (_, nth) => dayBefore(now, days - 1 - nth));
  const { rows } = await queries.execute<Row>(sql`
    with day as materialized (
      select day, ends, ledger_position_at(ends + interval '1 minute') as bound
      from unnest(${sql.param(dayList)}::text[]) as day,
        lateral (select (day || 'T00:00:00Z')::timestamptz + interval '1 day' as ends) as its
    )
    select day.day, account.kind, latest.balance::float8 as balance
    from day
    join ledger_account as account on account.owner = ${userId} and account.currency = ${currency}
    cross join lateral (
      select balance from (${last('debit')} union all ${last('credit')}) as side order by position desc limit 1
    ) as latest`);
  const held = new Map(rows.map(({ day, kind, balance }) => [`${day} ${kind}`, balance]));
  return dayList.map((day) => ({
    day,
    availableBalance: held.get(`${day} available`) ?? 0,
    escrowBalance: held.get(`${day} escrow`) ?? 0,
    earningsBalance: held.get(`${day} earnings`) ?? 0,
  }));
}

function dayBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10);
}
