import { z } from 'zod';

/**
 * Who caused an event: `user:{id}` for a signed-in member, `anonymous` for a visitor, `handler:{id}` for a worker's handler,
 * `cli` for somebody at the terminal, `system` otherwise.
 */
export type Actor = string;

/** An event as it is stored in `event_history` and travels on queues. Times are ISO 8601 in UTC. */
export const envelopeSchema = z.object({
  eventId: z.uuid(),
  /** The place in the total order of all events; assigned at commit, contiguous but for rolled-back writers. */
  position: z.number().int().positive(),
  type: z.string(),
  version: z.number().int().positive(),
  sourceModule: z.string(),
  subject: z.string(),
  tenant: z.string(),
  actor: z.string(),
  /** Shared by everything that one request set in motion. */
  correlationId: z.uuid(),
  /** The event whose handler emitted this one. */
  causationId: z.uuid().nullable(),
  traceparent: z.string().nullable(),
  occurredAt: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});

/** {@link envelopeSchema} with typed data. */
export type EventEnvelope<Data = Record<string, unknown>> = Omit<z.output<typeof envelopeSchema>, 'data'> & {
  readonly data: Data;
};
