import { z } from 'zod';
import { defineEvent } from '../event';
import { userChannel } from '../live';
import { preferencesResponse } from './api';

export const preferenceChanged = defineEvent({
  type: 'preference:changed',
  version: 2,
  summary: 'A member chose how notifications reach them.',
  data: preferencesResponse.pick({ version: true, notifications: true }).extend({ userId: z.uuid() }),
  subject: (data) => `user:${data.userId}`,
  push: [{ to: (data) => userChannel(data.userId), client: ['version', 'notifications'] }],
  handled: 'optional',
  // Version 2 also knows the category of requests; what was chosen before is as it was.
  upcast: { 1: (data) => data },
});

/** By the names that code uses; part of the catalog. */
export const preferenceEvents = { PREFERENCE_CHANGED: preferenceChanged } as const;
