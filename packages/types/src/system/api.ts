import { z } from 'zod';
import { channelPositionSchema } from '../http';

/**
 * What the system's health is told by: the processes of each kind; `delivery`, whether events wait to be worked on; `handlers`,
 * whether circuit breakers have switched some off; `errors`, whether events fail for good; `watch`, whether anybody looks.
 */
export const SYSTEM_PARTS = ['api', 'gateway', 'relay', 'worker', 'delivery', 'handlers', 'errors', 'watch'] as const;
export type SystemPart = (typeof SYSTEM_PARTS)[number];

/** Which parts are degraded. The value with the highest version is the true one. */
export const systemHealthSchema = z.object({
  state: z.enum(['ok', 'degraded']),
  parts: z.array(z.enum(SYSTEM_PARTS)),
  version: z.number().int().nonnegative(),
  changedAt: z.iso.datetime(),
});
export type SystemHealth = z.output<typeof systemHealthSchema>;

/** What an announcement may say. */
export const announcementTextSchema = z.string().trim().min(1).max(280);

export const announcementSchema = z.object({
  announcementId: z.uuid(),
  text: announcementTextSchema,
  publishedAt: z.iso.datetime(),
  /** When it is over by itself; null: when it is withdrawn. */
  until: z.iso.datetime().nullable(),
});
export type Announcement = z.output<typeof announcementSchema>;

export const systemStatusResponse = z.object({
  health: systemHealthSchema,
  announcement: announcementSchema.nullable(),
  stream: channelPositionSchema,
});
export type SystemStatusResponse = z.output<typeof systemStatusResponse>;
