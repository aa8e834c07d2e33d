export {
  type AccountBalance,
  type AccountType,
  type BalanceCacheUse,
  type BalanceSnapshot,
  BalanceSnapshotCache,
  type BalanceSnapshotCacheOptions,
} from './balance/balance-snapshot-cache';
export { type Balances, createBalances } from './balance/balances';
export { publishOnBus } from './balance/on-bus';
export { money, OptimisticLockError, WalletError } from './errors';
export type { Decision } from './ledger/decide';
export { expireHold } from './ledger/expire';
export type { OperationKey } from './ledger/keys';
export { limitsFor } from './ledger/limits';
export type { SpendingLimits } from './ledger/operation';
export { prolongHold } from './ledger/prolong';
export type { WalletBalance, WalletName } from './ledger/state';
export { FROZEN_RETRY_MINUTES, unlessFrozen } from './ledger/unless-frozen';
export { getMemberHold, requireOwnFeature } from './member-hold';
export { memberIdOf } from './member-id';
export { createWalletEventPublisher, type WalletEventMetrics, type WalletEventPublisher } from './publisher';
export { malformedRequest, type OperationResult } from './requests';
export { getBalanceChart } from './statement/chart';
export { getWallets } from './statement/overview';
export { findRecipients, requireRecipient } from './statement/recipients';
export { getHistory, type HistoryPage, type HistoryRequest } from './statement/statement';
export { statementCsv } from './statement/statement-csv';
export {
  createLedger,
  type Ledger,
  type LedgerDependencies,
  type OperationOptions,
  WalletService,
} from './wallet-service';
