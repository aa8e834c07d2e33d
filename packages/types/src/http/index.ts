import { z } from 'zod';
import type { ChannelPosition } from '../live';

/**
 * Where a stream stood when a state was read: whoever shows that state and follows the stream from here sees every
 * later change and none twice.
 */
export const channelPositionSchema = z.object({
  channel: z.string(),
  offset: z.number().int().nonnegative(),
  epoch: z.string(),
}) satisfies z.ZodType<ChannelPosition>;

/** The one form of every error answer (RFC 9457, `application/problem+json`). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** What happened and what to do, in words for the person at the screen. */
  detail: z.string(),
  /** Stable, for programs. */
  code: z.string(),
  /** Every field that was refused, by its path in the body. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Quote it in a report: the logs know it. */
  requestId: z.string(),
});
export type Problem = z.output<typeof problemSchema>;

/**
 * The name of the session's cookie, by the URL at which browsers find us. On https it is one that only this very host can
 * have set (`__Host-`), and no other counts.
 */
export function sessionCookieName(publicUrl: string): '__Host-skelly_session' | 'skelly_session' {
  return new URL(publicUrl).protocol === 'https:' ? '__Host-skelly_session' : 'skelly_session';
}
