import { z } from 'zod';
import { channelPositionSchema } from '../http';

/** What a notification is about. */
export const NOTIFICATION_CATEGORIES = ['welcome'] as const;

export const notificationSchema = z.object({
  id: z.uuid(),
  category: z.enum(NOTIFICATION_CATEGORIES),
  title: z.string(),
  body: z.string(),
  /** A path of this site to go to, if there is one. */
  href: z.string().startsWith('/').nullable(),
  createdAt: z.iso.datetime(),
  readAt: z.iso.datetime().nullable(),
});
export type Notification = z.output<typeof notificationSchema>;

export const notificationsQuery = z.object({
  /** Rows of a page, 1 to 100. */
  limit: z.coerce.number().int().min(1).max(100).default(20),
  /** `nextCursor` of the page before. */
  before: z.uuid().optional(),
});

export const notificationsResponse = z.object({
  items: z.array(notificationSchema),
  unread: z.number().int().nonnegative(),
  /** Raised by every change of the inbox, so that a late answer never overwrites a newer count. */
  inboxVersion: z.number().int().nonnegative(),
  nextCursor: z.uuid().nullable(),
  stream: channelPositionSchema,
});
export type NotificationsResponse = z.output<typeof notificationsResponse>;

export const readAllResponse = notificationsResponse.pick({ unread: true, inboxVersion: true });
export type ReadAllResponse = z.output<typeof readAllResponse>;
