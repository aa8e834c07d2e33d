import { z } from 'zod';
import { defineEvent } from '../event';
import { SYSTEM_CHANNEL } from '../live';
import { OPERATOR_ROLES } from '../role';
import { settingChangeSchema } from '../setting';
import { currencySchema, LEDGER_RULES } from '../wallet';
import { announcementSchema, systemHealthSchema } from './api';

const toSystem = (): typeof SYSTEM_CHANNEL => SYSTEM_CHANNEL;

export const systemHealthChanged = defineEvent({
  type: 'system:health.changed',
  version: 1,
  summary: 'A part of the system has become degraded, such as by errors above a rate, or has recovered.',
  data: systemHealthSchema.extend({
    /** What was seen of each of the parts, in their order, in words for operators. */
    reasons: z.array(z.string()),
  }),
  subject: () => 'system:health',
  push: [{ to: toSystem, client: ['state', 'parts', 'version', 'changedAt'] }],
  handled: 'optional',
});

export const systemAnnouncementPublished = defineEvent({
  type: 'system:announcement.published',
  version: 1,
  summary: 'An operator told everyone something.',
  data: announcementSchema,
  subject: (data) => `announcement:${data.announcementId}`,
  push: [{ to: toSystem, client: ['announcementId', 'text', 'publishedAt', 'until'] }],
  handled: 'optional',
});

export const systemAnnouncementWithdrawn = defineEvent({
  type: 'system:announcement.withdrawn',
  version: 1,
  summary: 'An announcement no longer holds, or another one has taken its place.',
  data: announcementSchema.pick({ announcementId: true }),
  subject: (data) => `announcement:${data.announcementId}`,
  push: [{ to: toSystem, client: ['announcementId'] }],
  handled: 'optional',
});

export const systemSettingChanged = defineEvent({
  type: 'system:setting.changed',
  version: 1,
  summary: 'An operator changed settings that every process follows.',
  data: z.object({
    /** Of the settings from then on. */
    version: z.number().int().nonnegative(),
    keys: z.array(z.string()),
    /** Values before and after, in the order of the keys; null is what each process' environment says. For operators, who see the log. */
    changes: z.array(settingChangeSchema),
  }),
  subject: () => 'system:settings',
  push: [{ to: toSystem, client: ['version', 'keys'] }],
  handled: 'optional',
});

export const systemLedgerViolated = defineEvent({
  type: 'system:ledger.violated',
  version: 1,
  summary: 'The audit found something in the ledger that must not be, and has frozen the wallet that it is about.',
  data: z.object({
    violationId: z.uuid(),
    rule: z.enum(LEDGER_RULES),
    /** What breaks the rule, such as `account:12`. */
    subject: z.string(),
    /** Whose wallet is frozen; null where none is. */
    userId: z.string().nullable(),
    currency: currencySchema.nullable(),
  }),
  subject: (data) => (data.userId === null ? 'system:ledger' : `wallet:${data.userId}`),
  push: OPERATOR_ROLES.map((role) => ({
    to: (): `role:${string}` => `role:${role}`,
    client: ['violationId', 'rule', 'userId', 'currency'] as const,
  })),
  handled: 'optional',
});

/** By the names that code uses; part of the catalog. */
export const systemEvents = {
  SYSTEM_HEALTH_CHANGED: systemHealthChanged,
  SYSTEM_ANNOUNCEMENT_PUBLISHED: systemAnnouncementPublished,
  SYSTEM_ANNOUNCEMENT_WITHDRAWN: systemAnnouncementWithdrawn,
  SYSTEM_SETTING_CHANGED: systemSettingChanged,
  SYSTEM_LEDGER_VIOLATED: systemLedgerViolated,
} as const;
