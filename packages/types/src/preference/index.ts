import { z } from 'zod';

export const preferencesResponse = z.object({
  mail: z.boolean(),
  inApp: z.boolean(),
  /** BCP 47. */
  locale: z.string(),
  /** IANA name. */
  timeZone: z.string(),
});
export type Preferences = z.output<typeof preferencesResponse>;
