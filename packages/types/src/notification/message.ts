import { z } from 'zod';
import { REQUEST_STATUSES } from '../marketplace/api';
import { ROLES } from '../user/api';
import { amountSchema, balanceSchema, currencySchema } from '../wallet/money';

/** What a notification of each category tells, for its template to put into words. Plain JSON: it travels in events. */
export const notificationMessageSchema = z.discriminatedUnion('category', [
  z.object({ category: z.literal('welcome'), data: z.object({}) }),
  z.object({
    category: z.literal('account'),
    data: z.union([
      z.object({ role: z.enum(ROLES) }),
      /** Earnings, and `what` they were paid for, such as "Custom song"; null when nobody has said. */
      z.object({ earned: amountSchema, currency: currencySchema, what: z.string().nullable() }),
    ]),
  }),
  z.object({
    category: z.literal('security'),
    /** Such as "Firefox on Linux", and when the session began. */
    data: z.object({ device: z.string(), at: z.iso.datetime() }),
  }),
  z.object({
    category: z.literal('requests'),
    /** A step of a request, for the member who is told: their side of it, and the other one's name. */
    data: z.object({
      requestId: z.uuid(),
      title: z.string(),
      who: z.string(),
      side: z.enum(['fan', 'creator']),
      status: z.enum(REQUEST_STATUSES),
      by: z.enum(['fan', 'creator', 'support', 'time']),
      amount: amountSchema,
      currency: currencySchema,
      settledAmount: balanceSchema,
      refundedAmount: balanceSchema,
    }),
  }),
]);
export type NotificationMessage = z.output<typeof notificationMessageSchema>;

/** The data of one category's messages. */
export type MessageData<Category extends NotificationMessage['category']> = Extract<
  NotificationMessage,
  { category: Category }
>['data'];
