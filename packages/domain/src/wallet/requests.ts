import {
  amountSchema,
  type Currency,
  currencySchema,
  SYSTEM_ACCOUNTS,
  type SystemAccount,
  type TransactionReason,
  transactionReasonSchema,
} from '@skelly/types/wallet';
import { z } from 'zod';
import { WalletError } from './errors';

/** What neither Postgres nor events can carry, and no id needs. */
const PLAIN = /^[^\p{Cc}\p{Cs}\p{NChar}]*$/u;

const idOf = (longest: number) =>
  z
    .string('must be an id')
    .min(1, 'must not be empty')
    .max(longest, `has more than ${longest} characters`)
    .regex(PLAIN, 'holds characters that no id may have');
const idSchema = idOf(200);
/** Part of the subject of a wallet's events, `wallet:…`, which has 200 characters at most. */
const memberIdSchema = idOf(193);
/** As Postgres writes it. */
const escrowIdSchema = z.uuid('must be a UUID').toLowerCase();
/** Beyond it neither Postgres nor most calendars follow a Date. */
const END_OF_CALENDAR = new Date('9999-12-31T23:59:59.999Z');

const common = {
  userId: memberIdSchema,
  currency: currencySchema.optional(),
  reason: transactionReasonSchema,
  /** What the operation is for, as its caller names it. */
  queueItemId: idSchema.nullish(),
  featureType: idSchema.nullish(),
  /** Shared by everything that the operation writes; made up when left out. */
  transactionId: idSchema.optional(),
  /** Names the operation: its repetition gets the first answer, for 24 hours. */
  idempotencyKey: idSchema.optional(),
  /** The version of the wallet that the caller has read; with another one it is refused with OptimisticLockError. */
  expectedVersion: z.int().nonnegative().optional(),
};

export const requestSchemas = {
  credit: z.object({ ...common, amount: amountSchema, from: z.enum(SYSTEM_ACCOUNTS).optional() }),
  debit: z.object({ ...common, amount: amountSchema, to: z.enum(SYSTEM_ACCOUNTS).optional() }),
  transfer: z.object({
    ...common,
    amount: amountSchema,
    toUserId: memberIdSchema,
    fromAccount: z.enum(['available', 'earnings']).optional(),
  }),
  hold: z.object({
    ...common,
    amount: amountSchema,
    escrowId: escrowIdSchema.optional(),
    expiresAt: z.date('must be a Date').min(new Date(0)).max(END_OF_CALENDAR).nullish(),
  }),
  settle: z.object({ ...common, escrowId: escrowIdSchema, modelId: memberIdSchema }),
  refund: z.object({ ...common, escrowId: escrowIdSchema }),
  'partial-settle': z.object({
    ...common,
    escrowId: escrowIdSchema,
    modelId: memberIdSchema,
    settleAmount: amountSchema,
  }),
} as const;

export type RequestKind = keyof typeof requestSchemas;
export type WalletRequest<Kind extends RequestKind> = z.input<(typeof requestSchemas)[Kind]>;

/** @throws WalletError `amount_invalid`, `currency_unknown` or `request_invalid`, naming each field. */
export function parseRequest<Kind extends RequestKind>(
  kind: Kind,
  given: unknown,
): z.output<(typeof requestSchemas)[Kind]> {
  const parsed = requestSchemas[kind].safeParse(given);
  if (parsed.success) return parsed.data as z.output<(typeof requestSchemas)[Kind]>;
  throw malformedRequest(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
}

/** What a request gets whose fields are not as they should be; its code says whether it is the amount, the currency, or something else. */
export function malformedRequest(fields: readonly { readonly path: string; readonly message: string }[]): WalletError {
  const has = (...names: string[]) => fields.some(({ path }) => names.includes(path));
  return new WalletError({
    kind: 'invalid',
    code: has('amount', 'settleAmount') ? 'amount_invalid' : has('currency') ? 'currency_unknown' : 'request_invalid',
    message: `Nothing has moved: ${fields.map(({ path, message }) => `${path} ${message}`).join('; ')}.`,
    fields,
    isFinal: false,
  });
}

/** Where money comes from, or goes to, that moves for a reason. */
export function systemAccountFor(reason: TransactionReason): SystemAccount {
  switch (reason) {
    case 'top_up':
      return 'top-up';
    case 'reward':
      return 'reward';
    case 'purchase':
      return 'purchase';
    case 'adjustment':
      return 'adjustment';
    default:
      return 'house';
  }
}

/** What an operation was answered. */
export interface OperationResult {
  readonly transactionId: string;
  /** The hold that was opened or resolved. */
  readonly escrowId: string | null;
  readonly amount: number;
  readonly currency: Currency;
  /** What the wallet of the operation holds then. */
  readonly availableBalance: number;
  readonly escrowBalance: number;
  readonly earningsBalance: number;
  readonly walletVersion: number;
}
