import { z } from 'zod';
import { defineEvent } from '../event';
import { userChannel } from '../live';
import { notificationSchema } from './api';

const toUser = (data: { userId: string }) => userChannel(data.userId);
const userSubject = (data: { userId: string }) => `user:${data.userId}`;

/** The inbox as the server counts it; the value with the highest version is the true one. */
const inboxState = { unread: z.number().int().nonnegative(), inboxVersion: z.number().int().positive() };

export const notificationCreated = defineEvent({
  type: 'notification:created',
  version: 1,
  summary: "A notification was put into a member's inbox.",
  data: notificationSchema.omit({ id: true, readAt: true }).extend({
    notificationId: z.uuid(),
    userId: z.uuid(),
    ...inboxState,
  }),
  subject: userSubject,
  push: [
    {
      to: toUser,
      client: ['notificationId', 'category', 'title', 'body', 'href', 'createdAt', 'unread', 'inboxVersion'],
    },
  ],
  handled: 'optional',
});

export const notificationInboxRead = defineEvent({
  type: 'notification:inbox.read',
  version: 1,
  summary: 'A member marked everything in the inbox as read.',
  data: z.object({ userId: z.uuid(), readAt: z.iso.datetime(), ...inboxState }),
  subject: userSubject,
  push: [{ to: toUser, client: ['readAt', 'unread', 'inboxVersion'] }],
  handled: 'optional',
});

/** By the names that code uses; part of the catalog. */
export const notificationEvents = {
  NOTIFICATION_CREATED: notificationCreated,
  NOTIFICATION_INBOX_READ: notificationInboxRead,
} as const;
