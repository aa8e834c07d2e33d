import { z } from 'zod';
import { NOTIFICATION_CHANNELS } from '../notification-category';
import { notificationCategorySchema } from '../notification-category/schema';

/** One choice: notifications of a category on a channel, or not. */
export const notificationChoiceSchema = z.object({
  category: notificationCategorySchema,
  channel: z.enum(NOTIFICATION_CHANNELS),
  enabled: z.boolean(),
});
export type NotificationChoice = z.output<typeof notificationChoiceSchema>;

export const preferencesResponse = z.object({
  /** BCP 47. */
  locale: z.string(),
  /** IANA name. */
  timeZone: z.string(),
  /** Raised by every change, so that a late answer never overwrites a newer one. */
  version: z.number().int().nonnegative(),
  /** Every category and channel as it stands; `locked` ones cannot be changed. */
  notifications: z.array(notificationChoiceSchema.extend({ locked: z.boolean() })),
});
export type Preferences = z.output<typeof preferencesResponse>;

/** What is not named stays as it is. Sent again it changes nothing. */
export const preferencesBody = z.object({
  notifications: z.array(notificationChoiceSchema).min(1).max(50),
});
