export { type AuditOptions, type AuditResult, auditLedger } from './audit';
export { closeViolation } from './close-violation';
export type { Finding } from './finding';
export { ledgerTargets } from './shown';
export { readLedgerAudit } from './state';
export { unfreezeWallet } from './unfreeze';
export { type WalletAt, walletAt } from './wallet-at';
