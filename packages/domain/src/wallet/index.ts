export {
  type AccountBalance,
  type AccountType,
  type BalanceCacheUse,
  type BalanceSnapshot,
  BalanceSnapshotCache,
  type BalanceSnapshotCacheOptions,
} from './balance-snapshot-cache';
export { type Balances, createBalances } from './balances';
export { getBalanceChart } from './chart';
export type { Decision } from './decide';
export { money, OptimisticLockError, WalletError } from './errors';
export { expireHold } from './expire';
export type { OperationKey } from './keys';
export { limitsFor } from './limits';
export { getMemberHold, requireOwnFeature } from './member-hold';
export { memberIdOf } from './member-id';
export { publishOnBus } from './on-bus';
export type { SpendingLimits } from './operation';
export { getWallets } from './overview';
export { prolongHold } from './prolong';
export { createWalletEventPublisher, type WalletEventMetrics, type WalletEventPublisher } from './publisher';

export { findRecipients, requireRecipient } from './recipients';
export { malformedRequest, type OperationResult } from './requests';
export type { WalletBalance, WalletName } from './state';
export { getHistory, type HistoryPage, type HistoryRequest } from './statement';
export { statementCsv } from './statement-csv';
export { FROZEN_RETRY_MINUTES, unlessFrozen } from './unless-frozen';
export {
  createLedger,
  type Ledger,
  type LedgerDependencies,
  type OperationOptions,
  WalletService,
} from './wallet-service';
