import { z } from 'zod';

/** What wallets hold. Amounts are whole numbers of a currency's smallest unit; none of them is divided. */
export const CURRENCIES = ['points', 'gems'] as const;
export type Currency = (typeof CURRENCIES)[number];

/** Of commands that name none. */
export const DEFAULT_CURRENCY: Currency = 'points';

/** What one operation may move at most, in minor units. A thousand of them stay exact in a JavaScript number. */
export const MAX_AMOUNT = 1_000_000_000_000;

/** What an account may hold at most: the largest whole number that JSON carries exactly everywhere. */
export const MAX_BALANCE = Number.MAX_SAFE_INTEGER;

const AMOUNT_ERROR = `must be a whole number from 1 to ${MAX_AMOUNT}`;

/** What an operation moves: a positive whole number of minor units. */
export const amountSchema = z.int(AMOUNT_ERROR).min(1, AMOUNT_ERROR).max(MAX_AMOUNT, AMOUNT_ERROR);

export const currencySchema = z.enum(CURRENCIES, `must be one of ${CURRENCIES.join(', ')}`);

/** What an account holds. */
export const balanceSchema = z.int().min(0).max(MAX_BALANCE);

/** The feature that holds of the marketplace's requests name. */
export const PERFORMANCE_FEATURE = 'performance';

/** Why money moves. */
export const TransactionReason = {
  PERFORMANCE_REQUEST: 'performance_request',
  PERFORMANCE_COMPLETED: 'performance_completed',
  PERFORMANCE_DECLINED: 'performance_declined',
  PERFORMANCE_EXPIRED: 'performance_expired',
  DISPUTE_RESOLVED: 'dispute_resolved',
  TOP_UP: 'top_up',
  MEMBER_TRANSFER: 'member_transfer',
  REWARD: 'reward',
  PURCHASE: 'purchase',
  ADJUSTMENT: 'adjustment',
} as const;
export type TransactionReason = (typeof TransactionReason)[keyof typeof TransactionReason];

export const transactionReasonSchema = z.enum(Object.values(TransactionReason) as [TransactionReason]);

/** Accounts of a wallet: what its owner may spend, what is held for others, and what others have paid. */
export const WALLET_ACCOUNTS = ['available', 'escrow', 'earnings'] as const;
export type WalletAccount = (typeof WALLET_ACCOUNTS)[number];

/** Accounts of nobody: where money comes from and goes to. `house` is the platform's own. */
export const SYSTEM_ACCOUNTS = ['house', 'top-up', 'reward', 'purchase', 'adjustment'] as const;
export type SystemAccount = (typeof SYSTEM_ACCOUNTS)[number];

/** What a transfer is part of. */
export const TRANSFER_KINDS = ['credit', 'debit', 'transfer', 'hold', 'settle', 'refund'] as const;
export type TransferKind = (typeof TRANSFER_KINDS)[number];

/** Where a hold stands. `settled` and `refunded` in full, `partially_settled` in two parts; none of the three changes again. */
export const ESCROW_STATUSES = ['held', 'settled', 'refunded', 'partially_settled'] as const;
export type EscrowStatus = (typeof ESCROW_STATUSES)[number];
