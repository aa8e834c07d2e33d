import { defineEvent, type EventContract } from '@skelly/types/event';
import { z } from 'zod';

const emission = z.object({
  userId: z.string(),
  amount: z.number().int(),
  /** What its handlers do wrong, by handler id, and at how many tries. */
  misdeeds: z.record(z.string(), z.object({ kind: z.string(), times: z.number().int() })),
  /** The schedule key of the timer that has brought it, if one has. */
  timer: z.string().optional(),
});

/** Data of what the run emits. */
export type Emission = z.output<typeof emission>;

/** A user spends an amount. */
export const spent = defineEvent({
  type: 'faults:spent',
  version: 1,
  summary: 'A user of a fault run has spent an amount.',
  data: emission,
  subject: ({ userId }) => `user:${userId}`,
});

/** A user takes a step; the steps of one user keep their order. */
export const stepped = defineEvent({
  type: 'faults:stepped',
  version: 1,
  summary: 'A user of a fault run has taken a step.',
  ordered: true,
  data: emission,
  subject: ({ userId }) => `line:${userId}`,
});

/** What the ledger's handler emits, once for each event that it has entered. */
export const entered = defineEvent({
  type: 'faults:entered',
  version: 1,
  summary: 'The ledger of a fault run has an entry more.',
  data: z.object({ userId: z.string(), amount: z.number().int() }),
  subject: ({ userId }) => `user:${userId}`,
});

/** Finds a contract of the run by its type: the product's catalog has none of them. */
export function findFaultContract(type: string): EventContract | undefined {
  return [spent, stepped, entered].find((contract) => contract.type === type);
}
