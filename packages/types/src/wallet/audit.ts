import { z } from 'zod';
import { currencySchema, WALLET_ACCOUNTS } from './money';

/**
 * What the audit proves. `balance`: an account holds what its transfers say. `chain`: each transfer follows from the one before, entry by
 * entry. `recount`: what was audited once is still so. `escrow`: an escrow account holds the sum of its open holds. `hold`: a hold
 * says what its transfers moved. `expiry`: no hold is open past its time. `event`: each transfer has its event, each event its transfer.
 */
export const LEDGER_RULES = ['balance', 'chain', 'recount', 'escrow', 'hold', 'expiry', 'event'] as const;
export type LedgerRule = (typeof LEDGER_RULES)[number];

const factsSchema = z.record(z.string(), z.union([z.number(), z.string(), z.null()]));

/** What a violation was seen by. */
export const ledgerEvidenceSchema = z.object({
  /** What must be, by the transfers. */
  expected: factsSchema,
  /** What is. */
  found: factsSchema,
  /** Those concerned, or the last ones of the account; a few of them. */
  transfers: z.array(factsSchema),
});
export type LedgerEvidence = z.output<typeof ledgerEvidenceSchema>;

export const ledgerViolationSchema = z.object({
  violationId: z.uuid(),
  rule: z.enum(LEDGER_RULES),
  /** What breaks the rule: `account:12`, `transfer:{id}`, `escrow:{id}` or `event:{id}`. */
  subject: z.string(),
  /** Whose wallet was frozen; null where an account of the system is concerned. */
  userId: z.string().nullable(),
  currency: currencySchema.nullable(),
  evidence: ledgerEvidenceSchema,
  foundAt: z.iso.datetime(),
  /** When an operator has unfrozen the wallet or closed it; null while it is open. */
  resolvedAt: z.iso.datetime().nullable(),
  resolvedBy: z.string().nullable(),
  note: z.string().nullable(),
});
export type LedgerViolation = z.output<typeof ledgerViolationSchema>;

/** How far the audit has come, and what its last run did. */
export const ledgerHeadSchema = z.object({
  /** Transfers up to here are audited. */
  position: z.int().nonnegative(),
  /** Transfers that came later. */
  waiting: z.int().nonnegative(),
  /** Null before the first run. */
  finishedAt: z.iso.datetime().nullable(),
  tookMs: z.int().nonnegative(),
  transfers: z.int().nonnegative(),
  /** Accounts that were held against their transfers. */
  accounts: z.int().nonnegative(),
  /** Accounts that were counted again from their first entry. */
  recounted: z.int().nonnegative(),
  /** What its last run found beyond what one run keeps; later runs do. */
  more: z.int().nonnegative(),
  /** When somebody last had all of them counted again. */
  fullyRecountedAt: z.iso.datetime().nullable(),
});
export type LedgerHead = z.output<typeof ledgerHeadSchema>;

export const frozenWalletSchema = z.object({
  userId: z.string(),
  currency: currencySchema,
  /** Null where the owner is no member. */
  displayName: z.string().nullable(),
  frozenAt: z.iso.datetime(),
  reason: z.string(),
  accounts: z.array(z.object({ account: z.enum(WALLET_ACCOUNTS), balance: z.int(), entries: z.int() })),
  /** Violations of it that are open. */
  open: z.int().nonnegative(),
});
export type FrozenWallet = z.output<typeof frozenWalletSchema>;

export const opsLedgerResponse = z.object({
  head: ledgerHeadSchema,
  /** 100 at most, those that are open first, the newest first. */
  violations: z.array(ledgerViolationSchema),
  /** All that are open. */
  openViolations: z.int().nonnegative(),
  /** 100 at most. */
  frozen: z.array(frozenWalletSchema),
});
export type OpsLedgerResponse = z.output<typeof opsLedgerResponse>;

/** Why an operator does something. */
export const operatorReasonSchema = z.string().trim().min(1, 'Say why.').max(2_000);

export const unfreezeWalletBody = z.object({
  userId: z.string().min(1).max(200),
  currency: currencySchema,
  /** Kept with the violations and in the operators' audit. */
  reason: operatorReasonSchema,
});
export type UnfreezeWalletBody = z.output<typeof unfreezeWalletBody>;

export const unfreezeWalletResponse = z.object({
  userId: z.string(),
  currency: currencySchema,
  /** Violations that this closed. */
  resolved: z.int().nonnegative(),
});
export type UnfreezeWalletResponse = z.output<typeof unfreezeWalletResponse>;
