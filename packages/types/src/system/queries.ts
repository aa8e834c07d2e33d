import { z } from 'zod';
import { defineQuery } from '../event';

// #region query
/** Asked of a worker, as workers alone speak to the mail server. */
export const systemMailCheck = defineQuery({
  type: 'system:mail.check',
  version: 1,
  summary: 'Does the mail server take mail from us?',
  data: z.object({}),
  reply: z.object({
    works: z.boolean(),
    /** What the mail server, or the way to it, said against it, in words for operators; null when it works. */
    problem: z.string().nullable(),
    /** Milliseconds until that was known. */
    tookMs: z.number().nonnegative(),
  }),
});
// #endregion

/** By the names that code uses; part of the queries. */
export const systemQueries = { SYSTEM_MAIL_CHECK: systemMailCheck } as const;
