import { z } from 'zod';
import { ROLES } from '../user/api';
import { amountSchema, currencySchema } from '../wallet/money';

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
]);
export type NotificationMessage = z.output<typeof notificationMessageSchema>;

/** The data of one category's messages. */
export type MessageData<Category extends NotificationMessage['category']> = Extract<
  NotificationMessage,
  { category: Category }
>['data'];
