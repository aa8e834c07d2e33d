import { z } from 'zod';
import { amountSchema, currencySchema, transactionReasonSchema } from '../wallet/money';

/** What a member sees in their activity feed: something that happened to money of theirs. */
export const activityEntrySchema = z.object({
  /** That of its event in the log; names the entry, and is the cursor of what comes after it. */
  position: z.int().positive(),
  /** The event that it tells of. */
  eventId: z.uuid(),
  /** Such as `wallet:escrow.held`. More types may come. */
  eventType: z.string(),
  timestamp: z.iso.datetime(),
  metadata: z.object({
    /** Whether the member gave the money or got it. */
    side: z.enum(['payer', 'payee']),
    escrowId: z.string(),
    /** Of the hold, in minor units. */
    amount: amountSchema,
    currency: currencySchema,
    reason: transactionReasonSchema,
    /** What of it went to the creator and what came back, where it was divided. */
    settledAmount: amountSchema.optional(),
    refundedAmount: amountSchema.optional(),
    transactionId: z.string(),
    /** What it was for. */
    featureType: z.string().nullable(),
    queueItemId: z.string().nullable(),
  }),
});
export type ActivityEntry = z.output<typeof activityEntrySchema>;

export const activityQuery = z.object({
  /** Entries of a page, 1 to 100. */
  limit: z.coerce.number().int().min(1).max(100).default(20),
  /** `nextCursor` of the page before. */
  before: z.coerce.number().int().positive().optional(),
});

export const activityResponse = z.object({
  /** Newest first. */
  items: z.array(activityEntrySchema),
  nextCursor: z.int().positive().nullable(),
});
export type ActivityResponse = z.output<typeof activityResponse>;
