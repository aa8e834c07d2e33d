import { defineEvent } from '@skelly/types/event';
import { z } from 'zod';

/** What a handler does wrong, and how often before it behaves. */
const misdeedSchema = z.object({ kind: z.string(), times: z.number().int() });

/** The event that the run emits: a user spends an amount. It carries what each of its handlers will do wrong. */
export const spent = defineEvent({
  type: 'faults:spent',
  version: 1,
  summary: 'A user of a fault run has spent an amount.',
  data: z.object({
    userId: z.string(),
    amount: z.number().int(),
    /** By handler id. */
    misdeeds: z.record(z.string(), misdeedSchema),
  }),
  subject: ({ userId }) => `user:${userId}`,
});

/** What the ledger's handler emits, once for each event that it has entered. */
export const entered = defineEvent({
  type: 'faults:entered',
  version: 1,
  summary: 'The ledger of a fault run has an entry more.',
  data: z.object({ userId: z.string(), amount: z.number().int() }),
  subject: ({ userId }) => `user:${userId}`,
});
