import type { Currency, LedgerEvidence, LedgerRule } from '@skelly/types/wallet';

/** Something that must not be, as a check found it. */
export interface Finding extends Record<string, unknown> {
  readonly rule: LedgerRule;
  /** What it is about: `account:12`, `transfer:{id}`, `escrow:{id}` or `event:{id}`. */
  readonly subject: string;
  /** Whose wallet it is; null for accounts of the system. */
  readonly owner: string | null;
  readonly currency: Currency | null;
  readonly accountId: number | null;
  readonly evidence: LedgerEvidence;
}

/** A wallet: three accounts, which are frozen together. */
export interface WalletName {
  readonly owner: string;
  readonly currency: Currency;
}
