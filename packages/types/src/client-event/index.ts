import { z } from 'zod';

/** Events of one request at most. */
export const MAX_CLIENT_EVENTS = 50;
/** Characters of a type at most. */
export const MAX_CLIENT_TYPE = 100;
/** Characters of a client's idempotency key at most. */
export const MAX_CLIENT_KEY = 100;
/** How far back a client's word for the time of an event is believed, in hours. */
export const BELIEVED_HOURS = 24;

/** One event as a client asks for it, by either door. What `data` has to be is its contract's matter. */
export const clientEventRequest = z.object({
  type: z.string().min(1).max(MAX_CLIENT_TYPE),
  data: z.record(z.string(), z.unknown()),
  idempotencyKey: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters; a UUID is fine')
    .max(MAX_CLIENT_KEY)
    .optional()
    .describe('Names this event of this user for 24 hours: its repetition writes nothing and gets the first answer.'),
  occurredAt: z.iso
    .datetime()
    .optional()
    .describe(`When it happened, UTC. Believed within the last ${BELIEVED_HOURS} hours; otherwise, when it arrived.`),
});
export type ClientEventRequest = z.output<typeof clientEventRequest>;

export const clientEventsBody = z.object({
  events: z.array(clientEventRequest).min(1).max(MAX_CLIENT_EVENTS),
});
export const clientEventsResponse = z.object({ eventIds: z.array(z.uuid()).describe('In the order of the events.') });
export type ClientEventsResponse = z.output<typeof clientEventsResponse>;
