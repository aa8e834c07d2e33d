import { escrow, ledgerAccount, type Queries } from '@skelly/db';
import { columnParameters, type WritePart } from '@skelly/events';
import { type Currency, SYSTEM_ACCOUNTS, WALLET_ACCOUNTS, type WalletAccount } from '@skelly/types/wallet';
import { inArray, sql } from 'drizzle-orm';
import { requireRows } from './require-rows';
import {
  type Account,
  balanceOf,
  type Escrow,
  type LedgerState,
  type SystemAccounts,
  systemKey,
  type WalletAccounts,
  type WalletBalance,
  type WalletName,
  type Wallets,
  walletKey,
} from './state';

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
): Promise<Omit<LedgerState, 'system'>> {
  const read = () => readWallets(queries, wallets, { lock: true });
  let found = await read();
  if (!wallets.every((wallet) => found.has(walletKey(wallet)))) {
    await openWallets(queries, wallets);
    found = await read();
  }
  return { wallets: found, escrows: await readEscrows(queries, escrowIds) };
}

/** The wallets that have been used, perhaps with others of the same owners; a lock holds them until the transaction ends. */
export async function readWallets(
  queries: Queries,
  wallets: readonly WalletName[],
  { lock }: { readonly lock: boolean },
): Promise<Wallets> {
  const owners = sql.param(distinct(wallets.map(({ owner }) => owner)));
  const currencies = sql.param(distinct(wallets.map(({ currency }) => currency)));
  const { rows } = await queries.execute<AccountRow>(sql`
    select ${COLUMNS} from ledger_account
    where owner = any (${owners}::text[]) and currency = any (${currencies}::text[])
    order by id ${lock ? sql`for no key update` : sql``}`);
  const found = new Map<string, Partial<Record<WalletAccount, Account>>>();
  for (const account of rows.map(accountOf)) {
    const key = walletKey({ owner: account.owner as string, currency: account.currency });
    found.set(key, { ...found.get(key), [account.kind]: account });
  }
  // All accounts of a wallet are opened by one statement.
  return found as ReadonlyMap<string, WalletAccounts>;
}

// Whoever changes a wallet holds its available account: locked before anything of it is read or written.
const LOCK_WALLETS = {
  name: 'locked',
  text: 'select from ledger_account where id = any ($1::bigint[]) order by id for no key update',
  answer: '(select count(*) from locked)',
};

/** Waits for whoever is posting to wallets, and holds them until the transaction ends: a statement after it sees what they leave. */
export function lockWallets(wallets: Wallets): WritePart {
  const ids = [...wallets.values()].map(({ available }) => [available.id]);
  return { ...LOCK_WALLETS, values: columnParameters(['bigint'], ids) };
}

// Each account must be as it was remembered, also in its balance: what is remembered may be ahead, and be overtaken by a rival with as
// many entries. All that are looked at are locked, as of a row that a rival has changed only its lock shows what it has become.
const REQUIRE_UNMOVED = {
  name: 'unmoved',
  text: `
    select from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as given (id, entries, balance)
    join ledger_account as account using (id, entries, balance) where account.frozen_at is null
    order by id for no key update of account`,
};

/**
 * Holds wallets until the transaction ends; it fails when one of them has moved on, or was frozen, since it was read. What is posted to
 * needs no look, as the database refuses it then anyway, but for the available account of each wallet, whose lock stands for the wallet.
 *
 * @param changed what the transaction posts to.
 */
export function requireUnmoved(read: Wallets, changed: Wallets): WritePart {
  const looked = [...read].flatMap(([key, wallet]) => {
    const posted = changed.get(key);
    return WALLET_ACCOUNTS.filter((kind) => kind === 'available' || !posted || posted[kind] === wallet[kind]).map(
      (kind) => wallet[kind],
    );
  });
  const rows = looked.map(({ id, entries, balance }) => [id, entries, balance]);
  const values = columnParameters(['bigint', 'bigint', 'bigint'], rows);
  return requireRows({ ...REQUIRE_UNMOVED, values }, looked.length);
}

/** What a wallet holds; one that nobody has used holds nothing. */
export async function readBalance(queries: Queries, userId: string, currency: Currency): Promise<WalletBalance> {
  const wallet = { owner: userId, currency };
  const found = (await readWallets(queries, [wallet], { lock: false })).get(walletKey(wallet));
  if (found) return balanceOf(found);
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
  return new Map(rows.map((row) => [systemKey(row), accountOf(row)]));
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
  const rows = [...new Map(wallets.map((wallet) => [walletKey(wallet), wallet]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { owner, currency }]) => WALLET_ACCOUNTS.map((kind) => ({ owner, currency, kind, balance: 0 })));
  await queries.insert(ledgerAccount).values(rows).onConflictDoNothing();
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function accountOf({ day, amount, minute, count, ...row }: AccountRow): Account {
  return { ...row, use: { day, amount, minute, count } };
}
