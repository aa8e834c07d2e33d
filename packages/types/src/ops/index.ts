import { z } from 'zod';
import { channelPositionSchema } from '../http';

/** How far one handler has come with one event. */
export const HANDLER_STATUSES = ['waiting', 'running', 'finished', 'retrying', 'dead', 'discarded'] as const;
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
  /** Only events about this, such as `user:{id}`. */
  subject: z.string().min(1).max(200).optional(),
  /** Only what one request set in motion. */
  correlation: z.uuid('A correlation id is a UUID.').optional(),
});

export type OpsEventsQuery = z.output<typeof opsEventsQuery>;

export const opsEventsResponse = z.object({
  items: z.array(opsEventSchema),
  nextBefore: z.number().int().nullable(),
  stream: channelPositionSchema,
});
export type OpsEventsResponse = z.output<typeof opsEventsResponse>;

const moment = z.iso.datetime().nullable();

const failedTrySchema = z.object({
  attempt: z.number().int(),
  startedAt: z.iso.datetime(),
  failedAt: z.iso.datetime(),
  error: z.string(),
});

/** Where an event was pushed to, and on whose screens it has arrived. */
export const opsEventPushSchema = z.object({
  channel: z.string(),
  offset: z.number().int(),
  pushedAt: z.iso.datetime(),
  shown: z
    .object({
      tabs: z.number().int(),
      members: z.number().int(),
      firstAt: z.iso.datetime(),
      lastAt: z.iso.datetime(),
    })
    .nullable()
    .describe(
      'null while no tab has reported it. By the clocks of gateways, less what the client says has passed since.',
    ),
});
export type OpsEventPush = z.output<typeof opsEventPushSchema>;

/** One handler's way with an event. */
const handlerWaySchema = z.object({
  handler: z.string(),
  queue: z.string(),
  status: z.enum(HANDLER_STATUSES),
  attempt: z.number().int(),
  relayedAt: moment,
  receivedAt: moment,
  startedAt: moment,
  finishedAt: moment,
  waits: z
    .object({ until: z.iso.datetime(), reason: z.string().nullable() })
    .nullable()
    .describe('When it goes on, and why it waits, such as for a worker that knows its version; null when it does not.'),
  /** In their order; the last 20. */
  failedTries: z.array(failedTrySchema),
});

export const opsEventWaySchema = opsEventSchema.omit({ handlers: true }).extend({
  data: z.record(z.string(), z.unknown()),
  origin: z
    .object({ occurredAt: z.iso.datetime(), actor: z.string() })
    .describe('The first event of the correlation: what this one goes back to.'),
  pushes: z.array(opsEventPushSchema),
  handlers: z.array(handlerWaySchema),
  replays: z
    .array(handlerWaySchema.extend({ replay: z.uuid() }))
    .describe('What was run again after it had finished, by the replay that asked for it.'),
});
export type OpsEventWay = z.output<typeof opsEventWaySchema>;

export const opsOverviewResponse = z.object({
  registrations: z.number().int(),
  eventsToday: z.number().int(),
  deadLetters: z.number().int(),
  outboxPending: z.number().int(),
});
export type OpsOverview = z.output<typeof opsOverviewResponse>;
