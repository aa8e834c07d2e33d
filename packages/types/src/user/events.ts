import { z } from 'zod';
import { defineEvent } from '../event';
import { userChannel } from '../live';
import { ROLES } from './api';
import { deviceSchema, splitDevice } from './device';

const toUser = (data: { userId: string }) => userChannel(data.userId);
const userSubject = (data: { userId: string }) => `user:${data.userId}`;

export const userRegistered = defineEvent({
  type: 'user:registered',
  version: 1,
  summary: 'A visitor became a member.',
  data: z.object({ userId: z.uuid(), requiresEmailVerification: z.boolean() }),
  subject: userSubject,
  push: [{ to: toUser, client: ['userId', 'requiresEmailVerification'] }],
});

export const userLoggedIn = defineEvent({
  type: 'user:logged.in',
  version: 2,
  summary: 'A member opened a session.',
  data: z.object({
    userId: z.uuid(),
    sessionId: z.uuid(),
    /** Set when the member has had sessions before and none of them there. */
    newDevice: deviceSchema.optional(),
  }),
  subject: userSubject,
  push: [{ to: toUser, client: ['userId', 'sessionId'] }],
  handled: 'optional',
  upcast: {
    // Version 1 had both in one English text, "Firefox on Linux". Words belong to those who tell.
    1: ({ newDevice, ...data }) =>
      typeof newDevice === 'string' ? { ...data, newDevice: splitDevice(newDevice) } : data,
  },
});

export const userLoggedOut = defineEvent({
  type: 'user:logged.out',
  version: 1,
  summary: 'A member ended a session.',
  data: z.object({ userId: z.uuid(), sessionId: z.uuid() }),
  subject: userSubject,
  push: [{ to: toUser, client: ['userId', 'sessionId'] }],
  handled: 'optional',
});

export const userEmailVerified = defineEvent({
  type: 'user:email.verified',
  version: 1,
  summary: 'A member followed the link in the verification mail.',
  data: z.object({ userId: z.uuid() }),
  subject: userSubject,
  push: [{ to: toUser, client: ['userId'] }],
  handled: 'optional',
});

export const userRoleChanged = defineEvent({
  type: 'user:role.changed',
  version: 1,
  summary: 'A member got another role.',
  data: z.object({ userId: z.uuid(), role: z.enum(ROLES) }),
  subject: userSubject,
  push: [{ to: toUser, client: ['userId', 'role'] }],
  handled: 'optional',
});

/** By the names that code uses; part of the catalog. */
export const userEvents = {
  USER_REGISTERED: userRegistered,
  USER_LOGGED_IN: userLoggedIn,
  USER_LOGGED_OUT: userLoggedOut,
  USER_EMAIL_VERIFIED: userEmailVerified,
  USER_ROLE_CHANGED: userRoleChanged,
} as const;
