import { z } from 'zod';
import { channelPositionSchema } from '../http';
import { NOTIFICATION_CHANNELS } from '../notification-category';
import { notificationCategorySchema } from '../notification-category/schema';

export const notificationSchema = z.object({
  id: z.uuid(),
  category: notificationCategorySchema,
  title: z.string(),
  body: z.string(),
  /** A path of this site to go to, if there is one. */
  href: z.string().startsWith('/').nullable(),
  /** The event that it tells of; null for those from before it was noted. */
  sourceEventId: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
  readAt: z.iso.datetime().nullable(),
  archivedAt: z.iso.datetime().nullable(),
});
export type Notification = z.output<typeof notificationSchema>;

/** Parts of an inbox: `all` that is not archived, of that the `unread`, and what is `archived`. */
export const INBOX_FILTERS = ['all', 'unread', 'archived'] as const;
export type InboxFilter = (typeof INBOX_FILTERS)[number];

export const notificationsQuery = z.object({
  filter: z.enum(INBOX_FILTERS).default('all'),
  /** Rows of a page, 1 to 100. */
  limit: z.coerce.number().int().min(1).max(100).default(20),
  /** `nextCursor` of the page before. */
  before: z.uuid().optional(),
});

/** The inbox as the server counts it; the value with the highest version is the true one. */
export const inboxStateSchema = z.object({
  /** Neither read nor archived. */
  unread: z.number().int().nonnegative(),
  /** Raised by every change of the inbox, by one, so that a late answer never overwrites a newer one. */
  inboxVersion: z.number().int().nonnegative(),
});
export type InboxState = z.output<typeof inboxStateSchema>;

export const notificationsResponse = inboxStateSchema.extend({
  items: z.array(notificationSchema),
  nextCursor: z.uuid().nullable(),
  stream: channelPositionSchema,
});
export type NotificationsResponse = z.output<typeof notificationsResponse>;

/** One notification as a command left it. */
export const notificationResponse = inboxStateSchema.extend({ notification: notificationSchema });
export type NotificationResponse = z.output<typeof notificationResponse>;

/** How a delivery stands. `waiting` is a mail on its way to the mail server, `retrying` one that it did not take yet. */
export const DELIVERY_STATUSES = ['waiting', 'delivered', 'suppressed', 'retrying', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/**
 * Why a channel was used (`always`: it cannot be switched off; `default`; `chosen` by the member) or not (`switched-off` by
 * the member; `default-off`; `duplicate`: told a moment ago; `unconfirmed`: the address is not known to be the member's).
 */
export const DELIVERY_REASONS = [
  'always',
  'default',
  'chosen',
  'switched-off',
  'default-off',
  'duplicate',
  'unconfirmed',
] as const;
export type DeliveryReason = (typeof DELIVERY_REASONS)[number];

export const whyQuery = z.object({ event: z.uuid() });

const deliverySchema = z.object({
  category: notificationCategorySchema,
  channel: z.enum(NOTIFICATION_CHANNELS),
  status: z.enum(DELIVERY_STATUSES),
  reason: z.enum(DELIVERY_REASONS),
  /** Of the mail server, the first included. */
  tries: z.number().int().nonnegative(),
  at: z.iso.datetime(),
  /** The same in a sentence. */
  words: z.string(),
});

/** What became of one event, channel by channel. */
export const whyResponse = z.object({ eventId: z.uuid(), words: z.string(), deliveries: z.array(deliverySchema) });
export type WhyResponse = z.output<typeof whyResponse>;

/** The same for operators: whom it was for, and what the mail server said. */
export const opsWhyResponse = whyResponse.extend({
  deliveries: z.array(deliverySchema.extend({ userId: z.uuid(), error: z.string().nullable() })),
});
export type OpsWhyResponse = z.output<typeof opsWhyResponse>;
