import { z } from 'zod';
import { channelPositionSchema } from '../http';
import { UNPRINTABLE, UNPRINTABLE_IN_LINES, VISIBLE } from '../text';
import { amountSchema, balanceSchema, currencySchema, DEFAULT_CURRENCY } from '../wallet';

/**
 * Where a request for a performance stands. `requested`: the price is held and the creator decides. `accepted`: they work on it.
 * `performed`: done, and the fan may confirm or dispute it within a day. `disputed`: support decides. The others are ends:
 * `completed` (the creator was paid, in full or in part), `declined`, `withdrawn`, `expired` and `refunded` (all went back).
 */
export const REQUEST_STATUSES = [
  'requested',
  'accepted',
  'performed',
  'disputed',
  'completed',
  'declined',
  'withdrawn',
  'expired',
  'refunded',
] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** Days until a request that the creator does not answer expires, and until one that was accepted does. */
export const ANSWER_DAYS = 3;
export const PERFORM_DAYS = 7;
/** Hours in which the fan may dispute what was performed; then the creator is paid. */
export const CONFIRM_HOURS = 24;

const line = (max: number, missing: string) =>
  z
    .string(missing)
    .trim()
    .min(1, { error: missing, abort: true })
    .max(max, `Use ${max} characters at most.`)
    .refine((value) => !UNPRINTABLE.test(value), 'Leave out characters that cannot be printed.')
    .refine((value) => VISIBLE.test(value), 'Use at least one character that can be seen.');
const lines = (max: number) =>
  z
    .string()
    .transform((value) => value.replaceAll('\r\n', '\n').trim())
    .pipe(
      z
        .string()
        .max(max, `Use ${max} characters at most.`)
        .refine((value) => !UNPRINTABLE_IN_LINES.test(value), 'Leave out characters that cannot be printed.'),
    );

export const requestPath = z.object({ requestId: z.uuid() });

export const openRequestBody = z.object({
  creatorId: z.uuid(),
  title: line(80, 'Say what you would like, such as “Custom song”.'),
  details: lines(1_000).default(''),
  amount: amountSchema,
  currency: currencySchema.default(DEFAULT_CURRENCY),
});

/** What the creator says when it is done. Less than the price: a part was done, and the rest goes back. */
export const performRequestBody = z.object({ amount: amountSchema.optional() });
export const disputeRequestBody = z.object({ reason: line(500, 'Say what is wrong.') });
/** What the creator gets; 0: all goes back. */
export const resolveDisputeBody = z.object({
  settleAmount: z.int('must be a whole number').min(0),
  note: line(500, 'Say why; both sides can read it.'),
});

const personSchema = z.object({ userId: z.uuid(), displayName: z.string() });

/** A line of a request's timeline. */
export const requestStepSchema = z.object({
  status: z.enum(REQUEST_STATUSES),
  at: z.iso.datetime(),
  by: z.enum(['fan', 'creator', 'support', 'time']),
  /** What was said with it; null when nothing was. */
  note: z.string().nullable(),
});

export const performanceRequestSchema = z.object({
  requestId: z.uuid(),
  title: z.string(),
  status: z.enum(REQUEST_STATUSES),
  fan: personSchema,
  creator: personSchema,
  currency: currencySchema,
  amount: amountSchema,
  /** What the creator says they have done, while it waits for the fan; null before. */
  performedAmount: amountSchema.nullable(),
  settledAmount: balanceSchema,
  refundedAmount: balanceSchema,
  /** When it moves on by itself: expires, or pays the creator; null when it does not. */
  dueAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Raised by every step: of two answers the one with the higher version is the later. */
  version: z.int().positive(),
});
export type PerformanceRequest = z.output<typeof performanceRequestSchema>;

export const performanceRequestDetail = performanceRequestSchema.extend({
  details: z.string(),
  /** Oldest first. */
  timeline: z.array(requestStepSchema),
  /** What whoever asks may do with it now. */
  actions: z.array(z.enum(['accept', 'decline', 'perform', 'withdraw', 'confirm', 'dispute', 'resolve'])),
  stream: channelPositionSchema,
});
export type PerformanceRequestDetail = z.output<typeof performanceRequestDetail>;

export const requestsQuery = z.object({
  /** Those that one has made, or that were made to one. */
  side: z.enum(['fan', 'creator']).default('fan'),
  /** Those that move on, or those that have ended. */
  state: z.enum(['open', 'ended']).default('open'),
  /** Rows of a page, 1 to 100. */
  limit: z.coerce.number().int().min(1).max(100).default(30),
  /** `nextCursor` of the page before. */
  before: z.uuid().optional(),
});
export type RequestsQuery = z.output<typeof requestsQuery>;

export const requestsResponse = z.object({
  /** Newest first. */
  items: z.array(performanceRequestSchema),
  nextCursor: z.uuid().nullable(),
  stream: channelPositionSchema,
});
export type RequestsResponse = z.output<typeof requestsResponse>;

export const creatorsQuery = z.object({ q: z.string().trim().max(60).default('') });
/** Members who perform, by name, 50 at most. */
export const creatorsResponse = z.object({
  items: z.array(personSchema.extend({ completed: z.int().nonnegative() })),
});
export type CreatorsResponse = z.output<typeof creatorsResponse>;

/** Disputes that wait for support, oldest first. */
export const disputesResponse = z.object({
  items: z.array(performanceRequestSchema.extend({ reason: z.string(), disputedAt: z.iso.datetime() })),
});
export type DisputesResponse = z.output<typeof disputesResponse>;
