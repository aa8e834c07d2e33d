import { z } from 'zod';
import { defineEvent } from '../event';
import { userChannel } from '../live';
import {
  amountSchema,
  balanceSchema,
  currencySchema,
  SYSTEM_ACCOUNTS,
  TRANSFER_KINDS,
  transactionReasonSchema,
  WALLET_ACCOUNTS,
} from './money';

/** Ids are those of whoever calls: members of our own have UUIDs. */
const idSchema = z.string().min(1).max(200);

/** Raised by every entry of the wallet: of two balances the one with the higher version is the later. 0: not known. */
const walletVersionSchema = z.int().nonnegative();

/** What every event of a wallet says. */
const ofWallet = {
  /** Whose wallet it is. */
  userId: idSchema,
  currency: currencySchema,
  /** Shared by everything that one operation wrote. */
  transactionId: idSchema,
  reason: transactionReasonSchema,
  /** What the operation is for, as its caller names it. */
  queueItemId: idSchema.nullable(),
  featureType: idSchema.nullable(),
  walletVersion: walletVersionSchema,
};

const ofEscrow = { ...ofWallet, escrowId: idSchema, amount: amountSchema };

/** Events of one wallet keep their order. */
const ordered = {
  subject: (data: { userId: string }) => `wallet:${data.userId}`,
  ordered: true,
} as const;

export const escrowHeld = defineEvent({
  type: 'wallet:escrow.held',
  version: 1,
  summary: 'Funds of a member were moved from available to escrow.',
  data: z.object({ ...ofEscrow, userAvailableBalance: balanceSchema, userEscrowBalance: balanceSchema }),
  ...ordered,
});

export const escrowSettled = defineEvent({
  type: 'wallet:escrow.settled',
  version: 1,
  summary: 'Held funds went to the creator, in full.',
  data: z.object({
    ...ofEscrow,
    /** The creator. */
    modelId: idSchema,
    userEscrowBalance: balanceSchema,
    modelEarningsBalance: balanceSchema,
  }),
  ...ordered,
});

export const escrowRefunded = defineEvent({
  type: 'wallet:escrow.refunded',
  version: 1,
  summary: 'Held funds went back to the member, in full.',
  data: z.object({ ...ofEscrow, userAvailableBalance: balanceSchema, userEscrowBalance: balanceSchema }),
  ...ordered,
});

export const escrowPartiallySettled = defineEvent({
  type: 'wallet:escrow.partially-settled',
  version: 1,
  summary: 'Of held funds a part went to the creator and the rest back to the member.',
  data: z.object({
    ...ofEscrow,
    /** The creator. */
    modelId: idSchema,
    settledAmount: amountSchema,
    refundedAmount: amountSchema,
    userAvailableBalance: balanceSchema,
    userEscrowBalance: balanceSchema,
    modelEarningsBalance: balanceSchema,
  }),
  ...ordered,
});

export const balanceUpdated = defineEvent({
  type: 'wallet:balance.updated',
  version: 1,
  summary: 'What a wallet holds has changed.',
  data: z.object({
    ...ofWallet,
    availableBalance: balanceSchema,
    escrowBalance: balanceSchema,
    earningsBalance: balanceSchema,
  }),
  ...ordered,
  handled: 'optional',
  push: [
    {
      to: (data) => userChannel(data.userId),
      client: [
        'currency',
        'availableBalance',
        'escrowBalance',
        'earningsBalance',
        'walletVersion',
        'transactionId',
        'reason',
      ],
    },
  ],
});

/** One side of a transfer. */
const sideSchema = z.object({
  account: z.enum([...WALLET_ACCOUNTS, ...SYSTEM_ACCOUNTS]),
  /** Whose it is; null for an account of the system. */
  userId: idSchema.nullable(),
  /** What it held afterwards; null for an account of the system, which keeps no balance. */
  balance: balanceSchema.nullable(),
});

/** Its event id is the transfer's id: there is one for each, and the audit holds them against each other. */
export const ledgerEntryCreated = defineEvent({
  type: 'wallet:ledger-entry.created',
  version: 1,
  summary: 'A transfer between two accounts was recorded.',
  data: z.object({
    ...ofWallet,
    amount: amountSchema,
    kind: z.enum(TRANSFER_KINDS),
    escrowId: idSchema.nullable(),
    debit: sideSchema,
    credit: sideSchema,
  }),
  ...ordered,
  handled: 'optional',
});

/** Timers of holds: due when the hold expires. Whoever has been settled or refunded by then is left alone. */
export const escrowExpired = defineEvent({
  type: 'wallet:escrow.expired',
  version: 1,
  summary: 'The time of a hold is over; if it is still open, its funds go back.',
  data: z.object({ userId: idSchema, escrowId: idSchema }),
  subject: (data) => `wallet:${data.userId}`,
});

/** Due every 20 seconds. */
export const ledgerAuditDue = defineEvent({
  type: 'wallet:audit.due',
  version: 1,
  summary: 'It is time to audit what the ledger has taken since the last time.',
  data: z.object({}),
  subject: () => 'wallet:audit',
});

/** By the names that code uses; part of the catalog. */
export const walletEvents = {
  ESCROW_HELD: escrowHeld,
  ESCROW_SETTLED: escrowSettled,
  ESCROW_REFUNDED: escrowRefunded,
  ESCROW_PARTIAL_SETTLED: escrowPartiallySettled,
  BALANCE_UPDATED: balanceUpdated,
  LEDGER_ENTRY_CREATED: ledgerEntryCreated,
  ESCROW_EXPIRED: escrowExpired,
  LEDGER_AUDIT_DUE: ledgerAuditDue,
} as const;

/** The types of a wallet's events by name. */
export const WalletEventType = {
  ESCROW_HELD: escrowHeld.type,
  ESCROW_SETTLED: escrowSettled.type,
  ESCROW_REFUNDED: escrowRefunded.type,
  ESCROW_PARTIAL_SETTLED: escrowPartiallySettled.type,
  BALANCE_UPDATED: balanceUpdated.type,
  LEDGER_ENTRY_CREATED: ledgerEntryCreated.type,
} as const;
export type WalletEventType = (typeof WalletEventType)[keyof typeof WalletEventType];
