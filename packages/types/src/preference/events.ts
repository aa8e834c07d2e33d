import { z } from 'zod';
import { defineEvent } from '../event';
import { userChannel } from '../live';
import { preferencesResponse } from './api';

export const preferenceChanged = defineEvent({
  type: 'preference:changed',
  version: 1,
  summary: 'A member chose how notifications reach them.',
  data: preferencesResponse.pick({ version: true, notifications: true }).extend({ userId: z.uuid() }),
  subject: (data) => `user:${data.userId}`,
  push: [{ to: (data) => userChannel(data.userId), client: ['version', 'notifications'] }],
  handled: 'optional',
});

/** By the names that code uses; part of the catalog. */
export const preferenceEvents = { PREFERENCE_CHANGED: preferenceChanged } as const;
