import type { Currency, SystemAccount, TransactionReason } from '@skelly/types/wallet';
import { type WalletName, walletKey } from './state';

/** What every operation says. */
interface OperationBase {
  /** Shared by everything that it writes. */
  readonly transactionId: string;
  readonly currency: Currency;
  readonly reason: TransactionReason;
  readonly queueItemId: string | null;
  readonly featureType: string | null;
  /** The version of the wallet that the caller has read; with another one it is refused. */
  readonly expectedVersion?: number | undefined;
}

/** Limits that hold for whoever asked; none when there is nobody to limit. */
export interface SpendingLimits {
  /** Of one operation, in minor units. */
  readonly maxAmount: number;
  /** Of all that is held and transferred in one day, UTC, in minor units. */
  readonly dailyAmount: number;
  /** Holds and transfers in one minute. */
  readonly perMinute: number;
}

export interface Credit extends OperationBase {
  readonly kind: 'credit';
  readonly userId: string;
  readonly amount: number;
  readonly from: SystemAccount;
}

export interface Debit extends OperationBase {
  readonly kind: 'debit';
  readonly userId: string;
  readonly amount: number;
  readonly to: SystemAccount;
}

export interface Transfer extends OperationBase {
  readonly kind: 'transfer';
  readonly userId: string;
  readonly toUserId: string;
  readonly amount: number;
  /** What is given: spendable money, or what was earned. @defaultValue available */
  readonly fromAccount?: 'available' | 'earnings';
  readonly limits?: SpendingLimits | undefined;
}

export interface Hold extends OperationBase {
  readonly kind: 'hold';
  readonly userId: string;
  readonly amount: number;
  readonly escrowId: string;
  /** When its funds go back by themselves; never when left out. */
  readonly expiresAt: Date | null;
  readonly limits?: SpendingLimits | undefined;
}

interface OfEscrow extends OperationBase {
  /** Whose hold it is; a hold of somebody else is not found. */
  readonly userId: string;
  readonly escrowId: string;
}

export interface Settle extends OfEscrow {
  readonly kind: 'settle';
  readonly modelId: string;
}

export interface Refund extends OfEscrow {
  readonly kind: 'refund';
}

export interface PartialSettle extends OfEscrow {
  readonly kind: 'partial-settle';
  readonly modelId: string;
  /** Goes to the creator; the rest goes back. */
  readonly settleAmount: number;
}

/** One change of the ledger, complete: what it decides depends on it and the ledger's state alone. */
export type Operation = Credit | Debit | Transfer | Hold | Settle | Refund | PartialSettle;

/** The wallets that an operation may touch, by owner. */
export function ownersOf(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'transfer':
      return [operation.userId, operation.toUserId];
    case 'settle':
    case 'partial-settle':
      return [operation.userId, operation.modelId];
    default:
      return [operation.userId];
  }
}

/** The wallets that operations may touch. */
export function walletsOf(asked: readonly { readonly operation: Operation }[]): readonly WalletName[] {
  const wallets = new Map<string, WalletName>();
  for (const { operation } of asked) {
    const { currency } = operation;
    for (const owner of ownersOf(operation)) wallets.set(walletKey({ owner, currency }), { owner, currency });
  }
  return [...wallets.values()];
}

/** The hold that an operation opens or resolves, if it does. */
export function namedEscrow(operation: Operation): string | undefined {
  return operation.kind === 'hold' ? operation.escrowId : resolvedEscrow(operation);
}

/** The hold that an operation resolves, if it does. */
export function resolvedEscrow(operation: Operation): string | undefined {
  return operation.kind === 'settle' || operation.kind === 'refund' || operation.kind === 'partial-settle'
    ? operation.escrowId
    : undefined;
}
