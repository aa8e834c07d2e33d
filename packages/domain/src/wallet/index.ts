export {
  type AccountBalance,
  type AccountType,
  type BalanceCacheUse,
  type BalanceSnapshot,
  BalanceSnapshotCache,
  type BalanceSnapshotCacheOptions,
} from './balance-snapshot-cache';
export { type Balances, createBalances } from './balances';
export type { Decision } from './decide';
export { OptimisticLockError, WalletError } from './errors';
export { expireHold } from './expire';
export type { OperationKey } from './keys';
export { publishOnBus } from './on-bus';
export type { SpendingLimits } from './operation';
export { createWalletEventPublisher, type WalletEventMetrics, type WalletEventPublisher } from './publisher';
export type { OperationResult } from './requests';
export type { WalletBalance } from './state';
export {
  createLedger,
  type Ledger,
  type LedgerDependencies,
  type OperationOptions,
  WalletService,
} from './wallet-service';
