import { type EventEnvelope, envelopeSchema } from '@skelly/types/event';
import { z } from 'zod';

/** Marks a queue message as ours; raised when its form changes. */
const FORMAT = 1;

const pointerFields = {
  skelly: z.literal(FORMAT),
  /** The handlers that the message is for. */
  handlers: z.array(z.string()).min(1),
  run: z.uuid(),
  relayedAt: z.iso.datetime(),
  /** Every event up to this position had been sent before the message, or waited in Postgres; 0 where that is not known. */
  lowWater: z.number().int().nonnegative().default(0),
};

const messageSchema = z.union([
  z.object({ ...pointerFields, event: envelopeSchema }),
  z.object({ ...pointerFields, reference: z.object({ eventId: z.uuid() }) }),
]);

/** An event on its way to handlers. `reference` stands for an event too large to travel: its history row has it. */
export type EventMessage = z.output<typeof messageSchema>;

/** Why a body could not be understood. */
export interface UnreadableMessage {
  readonly reason: 'not_json' | 'not_an_envelope';
  readonly detail: string;
}

/**
 * JSON in which characters beyond the basic plane are escaped: SQS carries them, some servers that speak its protocol do
 * not.
 */
function toJson(message: object): string {
  return JSON.stringify(message).replace(/[\ud800-\udfff]/g, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}

export function encodeMessage(message: {
  handlers: readonly string[];
  run: string;
  relayedAt: string;
  lowWater: number;
  event: EventEnvelope;
}): string {
  return toJson({ skelly: FORMAT, ...message });
}

/** The same message with a reference in place of the event. */
export function encodeReference(message: {
  handlers: readonly string[];
  run: string;
  relayedAt: string;
  lowWater: number;
  eventId: string;
}): string {
  const { eventId, ...rest } = message;
  return toJson({ skelly: FORMAT, ...rest, reference: { eventId } });
}

/** Reads a queue message. Never throws: what cannot be read is said, and goes to the dead letters with the reason. */
export function decodeMessage(
  body: string,
): { readonly message: EventMessage } | { readonly unreadable: UnreadableMessage } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    return { unreadable: { reason: 'not_json', detail: (error as Error).message } };
  }
  const parsed = messageSchema.safeParse(json);
  if (parsed.success) return { message: parsed.data };
  return { unreadable: { reason: 'not_an_envelope', detail: z.prettifyError(parsed.error) } };
}
