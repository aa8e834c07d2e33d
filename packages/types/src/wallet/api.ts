import { z } from 'zod';
import { channelPositionSchema } from '../http';
import {
  amountSchema,
  balanceSchema,
  currencySchema,
  DEFAULT_CURRENCY,
  TRANSFER_KINDS,
  transactionReasonSchema,
  WALLET_ACCOUNTS,
} from './money';

/** What limits allow a member, and what is left of it. */
export const limitUseSchema = z.object({
  /** Of one hold or transfer, in minor units. */
  maxAmount: z.int(),
  /** Of all holds and transfers of a day, UTC. */
  dailyAmount: z.int(),
  usedToday: z.int().nonnegative(),
  /** When the day begins anew. */
  resetsAt: z.iso.datetime(),
  /** Holds and transfers in one minute. */
  perMinute: z.int(),
});

export const walletSchema = z.object({
  currency: currencySchema,
  availableBalance: balanceSchema,
  escrowBalance: balanceSchema,
  earningsBalance: balanceSchema,
  /** Of two answers the one with the higher version is the later. */
  walletVersion: z.int().nonnegative(),
  /** Whether it takes no operations while its balance is checked. */
  frozen: z.boolean(),
  limits: limitUseSchema,
});
export type Wallet = z.output<typeof walletSchema>;

export const walletResponse = z.object({
  /** One for each currency. */
  wallets: z.array(walletSchema),
  stream: channelPositionSchema,
});
export type WalletResponse = z.output<typeof walletResponse>;

/** A member as others see them. */
export const counterpartySchema = z.object({ userId: z.string(), displayName: z.string() });

/** One line of a statement: a transfer as one account of the wallet sees it. */
export const statementEntrySchema = z.object({
  /** Names the line; the cursor of what comes after it. */
  position: z.int().positive(),
  transferId: z.uuid(),
  /** Shared by lines of one operation. */
  transactionId: z.string(),
  at: z.iso.datetime(),
  account: z.enum(WALLET_ACCOUNTS),
  kind: z.enum(TRANSFER_KINDS),
  reason: transactionReasonSchema,
  /** Negative: it went out of the account. */
  amount: z.int(),
  /** What the account held afterwards. */
  balance: balanceSchema,
  /** The other member, where there is one. */
  counterparty: counterpartySchema.nullable(),
  escrowId: z.uuid().nullable(),
  /** What it was for, such as `performance` and the request's id. */
  featureType: z.string().nullable(),
  queueItemId: z.string().nullable(),
});
export type StatementEntry = z.output<typeof statementEntrySchema>;

export const balanceQuery = z.object({
  currency: currencySchema.default(DEFAULT_CURRENCY),
  /** A `walletVersion` that whoever asks has seen, in a push or an answer: nothing older is answered. */
  atLeast: z.coerce.number().int().nonnegative().default(0),
});

/** What a wallet holds, as of its version. */
export const balanceResponse = z.object({
  currency: currencySchema,
  availableBalance: balanceSchema,
  escrowBalance: balanceSchema,
  earningsBalance: balanceSchema,
  walletVersion: z.int().nonnegative(),
});
export type BalanceResponse = z.output<typeof balanceResponse>;

/** Lines of a statement that are asked for; also those of its export. */
export const statementFilter = z.object({
  currency: currencySchema.default(DEFAULT_CURRENCY),
  account: z.enum(WALLET_ACCOUNTS).optional(),
  kind: z.enum(TRANSFER_KINDS).optional(),
  /** Lines from this day on, UTC. */
  from: z.iso.date().optional(),
  /** Lines to the end of this day, UTC. */
  to: z.iso.date().optional(),
});
export type StatementFilter = z.output<typeof statementFilter>;

export const statementQuery = statementFilter.extend({
  /** Lines of a page, 1 to 100. */
  limit: z.coerce.number().int().min(1).max(100).default(30),
  /** `nextCursor` of the page before. */
  before: z.coerce.number().int().positive().optional(),
});
export type StatementQuery = z.output<typeof statementQuery>;

export const statementResponse = z.object({
  /** Newest first. */
  items: z.array(statementEntrySchema),
  /** Null when there is no older line. Of a rare kind a page may be short, or empty, and go on here. */
  nextCursor: z.int().positive().nullable(),
  stream: channelPositionSchema,
});
export type StatementResponse = z.output<typeof statementResponse>;

export const balanceChartQuery = z.object({
  currency: currencySchema.default(DEFAULT_CURRENCY),
  days: z.coerce.number().int().min(2).max(366).default(30),
});

/** What a wallet held at the end of each day, UTC, oldest first; the last point is now. */
export const balanceChartResponse = z.object({
  points: z.array(
    z.object({
      day: z.iso.date(),
      availableBalance: balanceSchema,
      escrowBalance: balanceSchema,
      earningsBalance: balanceSchema,
    }),
  ),
});
export type BalanceChartResponse = z.output<typeof balanceChartResponse>;

export const recipientsQuery = z.object({ q: z.string().trim().min(2, 'Type two letters at least.').max(60) });
/** Members whose names begin so, 8 at most, without whoever asks. */
export const recipientsResponse = z.object({ items: z.array(counterpartySchema) });

const ofCommand = { amount: amountSchema, currency: currencySchema.default(DEFAULT_CURRENCY) };

export const transferBody = z.object({ ...ofCommand, toUserId: z.uuid() });
/** Moves what was earned to what may be spent. */
export const collectEarningsBody = z.object(ofCommand);
/** Sets money aside for something that the member names. */
export const holdBody = z.object({
  ...ofCommand,
  featureType: z.string().trim().min(1).max(60).optional(),
  queueItemId: z.string().trim().min(1).max(200).optional(),
});
export const holdPath = z.object({ escrowId: z.uuid() });

/** What an operation was answered: what the wallet holds then. */
export const operationResponse = z.object({
  /** Also in the event that tells of it. */
  transactionId: z.string(),
  escrowId: z.uuid().nullable(),
  amount: amountSchema,
  currency: currencySchema,
  availableBalance: balanceSchema,
  escrowBalance: balanceSchema,
  earningsBalance: balanceSchema,
  walletVersion: z.int().nonnegative(),
});
export type OperationResponse = z.output<typeof operationResponse>;

export const TOP_UP_STATUSES = ['pending', 'paid', 'cancelled', 'failed'] as const;

export const topUpBody = z.object(ofCommand);
export const topUpPath = z.object({ topUpId: z.uuid() });
export const topUpSchema = z.object({
  topUpId: z.uuid(),
  amount: amountSchema,
  currency: currencySchema,
  status: z.enum(TOP_UP_STATUSES),
  /** Where the member pays; a path of ours with the test provider. Null while the provider has given none. */
  checkoutUrl: z.string().nullable(),
  createdAt: z.iso.datetime(),
});
export type TopUp = z.output<typeof topUpSchema>;
/** One that has just begun. */
export const openedTopUpSchema = topUpSchema.extend({ checkoutUrl: z.string() });
export type OpenedTopUp = z.output<typeof openedTopUpSchema>;

/** What the test provider is told at its checkout page. */
export const testPaymentBody = z.object({ outcome: z.enum(['paid', 'cancelled', 'failed']) });
