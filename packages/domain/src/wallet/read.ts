import { escrow, ledgerAccount, type Queries } from '@skelly/db';
import type { NamedStatement } from '@skelly/events';
import { type Currency, SYSTEM_ACCOUNTS, WALLET_ACCOUNTS } from '@skelly/types/wallet';
import { inArray, sql } from 'drizzle-orm';
import { type Account, accountKey, type Escrow, type LedgerState, type WalletBalance, walletBalance } from './state';

/** A wallet: its three accounts are read together. */
export interface WalletName {
  readonly owner: string;
  readonly currency: Currency;
}

/** Accounts of the system, which keep no balance: read once, as nothing of them changes. */
export type SystemAccounts = ReadonlyMap<string, Account>;

interface AccountRow extends Record<string, unknown> {
  readonly id: number;
  readonly owner: string | null;
  readonly kind: Account['kind'];
  readonly currency: Currency;
  readonly balance: number | null;
  readonly entries: number;
  readonly frozen: boolean;
  readonly day: string | null;
  readonly amount: number;
  readonly minute: number | null;
  readonly count: number;
}

// bigint arrives as text; what is kept stays below 2^53.
const COLUMNS = sql`id::float8 as id, owner, kind, currency, balance::float8 as balance, entries::float8 as entries,
  frozen_at is not null as frozen, spent_on::text as day, spent::float8 as amount,
  extract(epoch from spends_since)::float8 * 1000 as minute, spends as count`;

/**
 * Reads wallets and holds and locks the wallets until the transaction ends, in one order, so that nobody waits in a circle. Wallets
 * that nobody has used yet are opened.
 */
export async function lockLedger(
  queries: Queries,
  wallets: readonly WalletName[],
  escrowIds: readonly string[],
): Promise<LedgerState> {
  const read = () => readAccounts(queries, wallets, { lock: true });
  let accounts = await read();
  if (!hasAll(accounts, wallets)) {
    await openWallets(queries, wallets);
    accounts = await read();
  }
  return { accounts, escrows: await readEscrows(queries, escrowIds) };
}

/** The accounts of wallets that have been used, perhaps with others of the same owners; a lock holds them until the transaction ends. */
export async function readAccounts(
  queries: Queries,
  wallets: readonly WalletName[],
  { lock }: { readonly lock: boolean },
): Promise<ReadonlyMap<string, Account>> {
  const owners = sql.param(distinct(wallets.map(({ owner }) => owner)));
  const currencies = sql.param(distinct(wallets.map(({ currency }) => currency)));
  const { rows } = await queries.execute<AccountRow>(sql`
    select ${COLUMNS} from ledger_account
    where owner = any (${owners}::text[]) and currency = any (${currencies}::text[])
    order by id ${lock ? sql`for no key update` : sql``}`);
  return byKey(rows);
}

// Whoever changes a wallet holds its available account: locked before anything of it is read or written.
const LOCK_WALLETS = {
  name: 'ledger-lock-wallets',
  text: 'select from ledger_account where id = any ($1::bigint[]) order by id for no key update',
};

// A statement of its own: only a new snapshot sees what a rival has committed that was waited for. Entries only grow: their sum is
// right only if each is. One more for each account, so that one that is not there is missed.
const REQUIRE_UNMOVED = {
  name: 'ledger-require-unmoved',
  text: `
    select ledger_require(coalesce(sum(entries + 1), 0)::bigint, $2::bigint)
    from ledger_account where id = any ($1::bigint[]) and frozen_at is null`,
};

/**
 * Locks wallets until the transaction ends; its commit fails when one of them has moved on, or was frozen, since it was read. What
 * is posted to needs no look, as the database refuses it then anyway.
 *
 * @param posted the accounts that the transaction posts to, by key.
 */
export function requireUnmoved(
  accounts: ReadonlyMap<string, Account>,
  posted: ReadonlyMap<string, Account>,
): readonly NamedStatement[] {
  const members = [...accounts].filter(([, { owner }]) => owner !== null);
  const wallets = members.flatMap(([, { id, kind }]) => (kind === 'available' ? id : []));
  const looked = members.flatMap(([key, account]) => (posted.has(key) ? [] : account));
  const entries = looked.reduce((sum, account) => sum + account.entries + 1, 0);
  return [
    { ...LOCK_WALLETS, values: [wallets] },
    { ...REQUIRE_UNMOVED, values: [looked.map(({ id }) => id), entries] },
  ];
}

/** What a wallet holds; one that nobody has used holds nothing. */
export async function readBalance(queries: Queries, userId: string, currency: Currency): Promise<WalletBalance> {
  const accounts = await readAccounts(queries, [{ owner: userId, currency }], { lock: false });
  if (accounts.size > 0) return walletBalance(accounts, userId, currency);
  return { userId, currency, availableBalance: 0, escrowBalance: 0, earningsBalance: 0, version: 0, frozen: false };
}

/** Opens what is missing of the system's accounts, and reads them. */
export async function openSystemAccounts(queries: Queries, currencies: readonly Currency[]): Promise<SystemAccounts> {
  await queries.execute(sql`
    insert into ledger_account (kind, currency)
    select kind, currency from unnest(${sql.param([...SYSTEM_ACCOUNTS])}::text[]) as kind,
      unnest(${sql.param([...currencies])}::text[]) as currency
    where not exists (
      select from ledger_account as known where known.owner is null and known.kind = kind.kind and known.currency = currency.currency)
    on conflict do nothing`);
  const { rows } = await queries.execute<AccountRow>(sql`select ${COLUMNS} from ledger_account where owner is null`);
  return byKey(rows);
}

/** @returns what is there of them, by id. */
export async function readEscrows(queries: Queries, ids: readonly string[]): Promise<ReadonlyMap<string, Escrow>> {
  if (ids.length === 0) return new Map();
  const rows = await queries
    .select(ESCROW)
    .from(escrow)
    .where(inArray(escrow.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row]));
}

const ESCROW = {
  id: escrow.id,
  owner: escrow.owner,
  currency: escrow.currency,
  amount: escrow.amount,
  status: escrow.status,
  payee: escrow.payee,
  settledAmount: escrow.settledAmount,
  refundedAmount: escrow.refundedAmount,
  reason: escrow.reason,
  queueItemId: escrow.queueItemId,
  featureType: escrow.featureType,
  expiresAt: escrow.expiresAt,
};

// Sorted, so that two that open the same wallets do not wait for each other.
async function openWallets(queries: Queries, wallets: readonly WalletName[]): Promise<void> {
  const rows = [...new Map(wallets.map((wallet) => [`${wallet.currency} ${wallet.owner}`, wallet]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { owner, currency }]) => WALLET_ACCOUNTS.map((kind) => ({ owner, currency, kind, balance: 0 })));
  await queries.insert(ledgerAccount).values(rows).onConflictDoNothing();
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Whether all accounts of the wallets are there. */
export function hasAll(accounts: ReadonlyMap<string, Account>, wallets: readonly WalletName[]): boolean {
  return wallets.every((wallet) => WALLET_ACCOUNTS.every((kind) => accounts.has(accountKey({ ...wallet, kind }))));
}

function byKey(rows: readonly AccountRow[]): ReadonlyMap<string, Account> {
  return new Map(
    rows.map(({ day, amount, minute, count, ...row }) => [
      accountKey(row),
      { ...row, use: { day, amount, minute, count } },
    ]),
  );
}
