import type { Currency, StatementFilter, TransferKind, WalletAccount } from '@skelly/types/wallet';
import { type Asked, currencyOf } from './currency';

/** The accounts and kinds by which a statement is filtered, with their names. */
export const accountNames: Record<WalletAccount, string> = {
  available: 'Available',
  escrow: 'In escrow',
  earnings: 'Earnings',
};
export const kindNames: Record<TransferKind, string> = {
  credit: 'Came in',
  debit: 'Paid out',
  transfer: 'Between members',
  hold: 'Held',
  settle: 'Settled',
  refund: 'Came back',
};

/** Days that the chart can show. */
export const CHART_RANGES = [7, 30, 90] as const;

/** The filter of an address. What it does not understand is left out. */
export function filterOf(asked: Asked): StatementFilter {
  const account = nameIn(accountNames, asked('account'));
  const kind = nameIn(kindNames, asked('kind'));
  const from = dayOf(asked('from'));
  const to = dayOf(asked('to'));
  return {
    currency: currencyOf(asked),
    ...(account ? { account } : {}),
    ...(kind ? { kind } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  };
}

/** The days of the chart of an address. */
export function rangeOf(asked: Asked): number {
  return CHART_RANGES.find((days) => String(days) === asked('days')) ?? 30;
}

/** Whether a filter leaves anything out. */
export function isFiltered({ account, kind, from, to }: StatementFilter): boolean {
  return [account, kind, from, to].some((each) => each !== undefined);
}

/** The address of a page of a statement. */
export function statementPath(filter: StatementFilter, before?: number): string {
  const query = queryOf(filter);
  query.set('limit', '30');
  if (before !== undefined) query.set('before', String(before));
  return `/api/wallet/statement?${query}`;
}

/** The address of a statement as a file. */
export function exportPath(filter: StatementFilter): string {
  return `/api/wallet/statement.csv?${queryOf(filter)}`;
}

export function chartPath(currency: Currency, days: number): string {
  return `/api/wallet/chart?${new URLSearchParams({ currency, days: String(days) })}`;
}

/** Whether two paths are of the same currency: what was read with one may stand for the other while that is read. */
export function isSameCurrency(path: string, other: string): boolean {
  return asked(path) === asked(other);
}

function asked(path: string): string | null {
  return new URLSearchParams(path.slice(path.indexOf('?'))).get('currency');
}

/** The first of so many days up to now, UTC, as filters name days. */
export function daysAgo(days: number, now: number): string {
  return new Date(now - (days - 1) * 24 * 3_600_000).toISOString().slice(0, 10);
}

function queryOf(filter: StatementFilter): URLSearchParams {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== undefined) as [string, string][]);
}

function nameIn<Name extends string>(names: Record<Name, string>, given: string): Name | undefined {
  return (Object.keys(names) as Name[]).find((each) => each === given);
}

function dayOf(given: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(given)) return undefined;
  const time = Date.parse(`${given}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== given ? undefined : given;
}
