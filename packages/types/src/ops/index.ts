import { z } from 'zod';
import { channelPositionSchema } from '../http';

/** How far one handler has come with one event. */
export const HANDLER_STATUSES = ['waiting', 'running', 'finished', 'retrying', 'dead'] as const;
export type HandlerStatus = (typeof HANDLER_STATUSES)[number];

export const opsEventSchema = z.object({
  position: z.number().int(),
  eventId: z.uuid(),
  type: z.string(),
  version: z.number().int(),
  subject: z.string(),
  sourceModule: z.string(),
  actor: z.string(),
  correlationId: z.uuid(),
  causationId: z.uuid().nullable(),
  occurredAt: z.iso.datetime(),
  handlers: z.array(z.object({ handler: z.string(), status: z.enum(HANDLER_STATUSES), attempt: z.number().int() })),
});
export type OpsEvent = z.output<typeof opsEventSchema>;

export const opsEventsQuery = z.object({
  /** Rows of a page, 1 to 200. */
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** Only events before this position: `nextBefore` of the page before. */
  before: z.coerce.number().int().positive().optional(),
  /** Only types that begin with this, such as `user:`. */
  type: z
    .string()
    .max(100)
    .regex(/^[a-z0-9:.-]*$/, 'A type has lower-case letters, digits, colon, dot and hyphen only.')
    .optional(),
});

export const opsEventsResponse = z.object({
  items: z.array(opsEventSchema),
  nextBefore: z.number().int().nullable(),
  stream: channelPositionSchema,
});
export type OpsEventsResponse = z.output<typeof opsEventsResponse>;

const moment = z.iso.datetime().nullable();

export const opsEventWaySchema = opsEventSchema.omit({ handlers: true }).extend({
  data: z.record(z.string(), z.unknown()),
  handlers: z.array(
    z.object({
      handler: z.string(),
      queue: z.string(),
      status: z.enum(HANDLER_STATUSES),
      attempt: z.number().int(),
      relayedAt: moment,
      receivedAt: moment,
      startedAt: moment,
      finishedAt: moment,
      /** The message of the last failed try. */
      error: z.string().nullable(),
    }),
  ),
});
export type OpsEventWay = z.output<typeof opsEventWaySchema>;

export const opsOverviewResponse = z.object({
  registrations: z.number().int(),
  eventsToday: z.number().int(),
  deadLetters: z.number().int(),
  outboxPending: z.number().int(),
});
export type OpsOverview = z.output<typeof opsOverviewResponse>;
