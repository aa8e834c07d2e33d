import { z } from 'zod';
import { defineEvent } from '../event';
import { userChannel } from '../live';
import { notificationSchema } from './api';
import { notificationMessageSchema } from './message';

const toUser = (data: { userId: string }) => userChannel(data.userId);
const userSubject = (data: { userId: string }) => `user:${data.userId}`;

// Version 2 also knows the category of requests, and tells of earnings; what was told before is as it was.
const asItWas = (data: Record<string, unknown>) => data;

// The notification is in every event of it, whole: what a browser shows of it never depends on what came before.
const inboxState = { unread: z.number().int().nonnegative(), inboxVersion: z.number().int().positive() };
const notification = notificationSchema.omit({ id: true }).extend({ notificationId: z.uuid() });
const changed = notification.extend({ userId: z.uuid(), ...inboxState });
const shown = [...notification.keyof().options, 'unread', 'inboxVersion'] as const;

export const notificationCreated = defineEvent({
  type: 'notification:created',
  version: 2,
  summary: "A notification was put into a member's inbox.",
  data: changed
    .omit({ readAt: true, archivedAt: true })
    .extend({ sourceEventId: notificationSchema.shape.sourceEventId.optional() }),
  subject: userSubject,
  push: [
    {
      to: toUser,
      client: [
        'notificationId',
        'category',
        'title',
        'body',
        'href',
        'sourceEventId',
        'createdAt',
        'unread',
        'inboxVersion',
      ],
    },
  ],
  handled: 'optional',
  upcast: { 1: asItWas },
});

export const notificationRead = defineEvent({
  type: 'notification:read',
  version: 2,
  summary: 'A member read a notification.',
  data: changed,
  subject: userSubject,
  push: [{ to: toUser, client: shown }],
  handled: 'optional',
  upcast: { 1: asItWas },
});

export const notificationUnread = defineEvent({
  type: 'notification:unread',
  version: 2,
  summary: 'A member marked a notification as new again.',
  data: changed,
  subject: userSubject,
  push: [{ to: toUser, client: shown }],
  handled: 'optional',
  upcast: { 1: asItWas },
});

export const notificationArchived = defineEvent({
  type: 'notification:archived',
  version: 2,
  summary: 'A member put a notification into the archive.',
  data: changed,
  subject: userSubject,
  push: [{ to: toUser, client: shown }],
  handled: 'optional',
  upcast: { 1: asItWas },
});

export const notificationRestored = defineEvent({
  type: 'notification:restored',
  version: 2,
  summary: 'A member took a notification out of the archive, as it was before.',
  data: changed,
  subject: userSubject,
  push: [{ to: toUser, client: shown }],
  handled: 'optional',
  upcast: { 1: asItWas },
});

export const notificationInboxRead = defineEvent({
  type: 'notification:inbox.read',
  version: 1,
  summary: 'A member marked everything in the inbox as read: whatever an earlier inbox version had there.',
  data: z.object({ userId: z.uuid(), readAt: z.iso.datetime(), ...inboxState }),
  subject: userSubject,
  push: [{ to: toUser, client: ['readAt', 'unread', 'inboxVersion'] }],
  handled: 'optional',
});

export const notificationMailRequested = defineEvent({
  type: 'notification:mail.requested',
  version: 2,
  summary: 'A member is to be told something by mail.',
  data: z.object({
    userId: z.uuid(),
    /** The event that the mail tells of. */
    eventId: z.uuid(),
    message: notificationMessageSchema,
  }),
  subject: userSubject,
  upcast: { 1: asItWas },
});

/** By the names that code uses; part of the catalog. */
export const notificationEvents = {
  NOTIFICATION_CREATED: notificationCreated,
  NOTIFICATION_READ: notificationRead,
  NOTIFICATION_UNREAD: notificationUnread,
  NOTIFICATION_ARCHIVED: notificationArchived,
  NOTIFICATION_RESTORED: notificationRestored,
  NOTIFICATION_INBOX_READ: notificationInboxRead,
  NOTIFICATION_MAIL_REQUESTED: notificationMailRequested,
} as const;
