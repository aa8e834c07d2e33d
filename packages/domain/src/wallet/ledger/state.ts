import type { Currency, EscrowStatus, SystemAccount, TransactionReason, WalletAccount } from '@skelly/types/wallet';

/** Names an account: a wallet's, or one of the system, which has no owner. */
export interface AccountName {
  readonly owner: string | null;
  readonly kind: WalletAccount | SystemAccount;
  readonly currency: Currency;
}

/** An account as it was last read or posted to. */
export interface Account extends AccountName {
  readonly id: number;
  /** Null for accounts of the system. */
  readonly balance: number | null;
  /** Entries posted so far: its version. */
  readonly entries: number;
  readonly frozen: boolean;
  readonly use: LimitUse;
}

/** What holds and transfers of an account have taken, for limits. */
export interface LimitUse {
  /** UTC, as `2026-11-22`; null when there was none. */
  readonly day: string | null;
  /** On that day, in minor units. */
  readonly amount: number;
  /** Beginning of a minute, in milliseconds since 1970. */
  readonly minute: number | null;
  /** In that minute. */
  readonly count: number;
}

/** A hold as it was last read or changed. */
export interface Escrow {
  readonly id: string;
  readonly owner: string;
  readonly currency: Currency;
  readonly amount: number;
  readonly status: EscrowStatus;
  readonly payee: string | null;
  readonly settledAmount: number;
  readonly refundedAmount: number;
  readonly reason: TransactionReason;
  readonly queueItemId: string | null;
  readonly featureType: string | null;
  readonly expiresAt: Date | null;
}

/** What a wallet holds. */
export interface WalletBalance {
  readonly userId: string;
  readonly currency: Currency;
  readonly availableBalance: number;
  readonly escrowBalance: number;
  readonly earningsBalance: number;
  /** Raised by every entry of the wallet. */
  readonly version: number;
  readonly frozen: boolean;
}

/** The accounts of a wallet. */
export type WalletAccounts = Readonly<Record<WalletAccount, Account>>;

/** Wallets by {@link walletKey}. */
export type Wallets = ReadonlyMap<string, WalletAccounts>;

/** Accounts of the system, which keep no balance, by {@link systemKey}: read once, as nothing of them changes. */
export type SystemAccounts = ReadonlyMap<string, Account>;

/** What decisions read. */
export interface LedgerState {
  readonly wallets: Wallets;
  readonly system: SystemAccounts;
  /** By id. */
  readonly escrows: ReadonlyMap<string, Escrow>;
}

/** A day and a minute of the clock, as limits count them. */
export function limitWindow(now: Date): { readonly day: string; readonly minute: number } {
  return { day: now.toISOString().slice(0, 10), minute: Math.floor(now.getTime() / 60_000) * 60_000 };
}

/** Names a wallet. */
export interface WalletName {
  readonly owner: string;
  readonly currency: Currency;
}

export function walletKey({ owner, currency }: WalletName): string {
  return `${currency} ${owner}`;
}

export function systemKey({ kind, currency }: Pick<Account, 'kind' | 'currency'>): string {
  return `${currency} ${kind}`;
}

/** Raised by every entry of the wallet. */
export function walletVersion({ available, escrow, earnings }: WalletAccounts): number {
  return available.entries + escrow.entries + earnings.entries;
}

export function isFrozen({ available, escrow, earnings }: WalletAccounts): boolean {
  return available.frozen || escrow.frozen || earnings.frozen;
}

export function balanceOf(wallet: WalletAccounts): WalletBalance {
  const { available, escrow, earnings } = wallet;
  return {
    userId: available.owner as string,
    currency: available.currency,
    availableBalance: available.balance as number,
    escrowBalance: escrow.balance as number,
    earningsBalance: earnings.balance as number,
    version: walletVersion(wallet),
    frozen: isFrozen(wallet),
  };
}
