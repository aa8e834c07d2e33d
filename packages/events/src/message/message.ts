import { type EventEnvelope, envelopeSchema } from '@skelly/types/event';
import { z } from 'zod';
import { explainShortForm } from './short-form';

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
  readonly reason: 'not_json' | 'not_an_envelope' | 'short_form_invalid' | 'type_unknown';
  readonly detail: string;
}

/** What a message says beside its event. */
export interface MessageHead {
  readonly handlers: readonly string[];
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly relayedAt: string;
  readonly lowWater: number;
}

/** An event as history has it: the data as JSON text, which is not parsed on its way through the relay. */
export type StoredEvent = Omit<EventEnvelope, 'data'> & { readonly dataJson: string };

/** Characters beyond the basic plane are escaped: SQS carries them, some servers that speak its protocol do not. */
function escapeAstral(json: string): string {
  return ASTRAL.test(json) ? json.replace(EVERY_HALF, (half) => `\\u${half.charCodeAt(0).toString(16)}`) : json;
}
const ASTRAL = /[\ud800-\udfff]/;
const EVERY_HALF = /[\ud800-\udfff]/g;

/** The event as text, once for all messages that carry it. Ids and times hold nothing that JSON escapes. */
export function encodeEvent(event: StoredEvent): string {
  const { eventId, position, version, correlationId, causationId, occurredAt } = event;
  return escapeAstral(
    `{"eventId":"${eventId}","position":${position},"type":${JSON.stringify(event.type)},"version":${version},"sourceModule":${JSON.stringify(event.sourceModule)},"subject":${JSON.stringify(event.subject)},"tenant":${JSON.stringify(event.tenant)},"actor":${JSON.stringify(event.actor)},"correlationId":"${correlationId}","causationId":${causationId === null ? 'null' : `"${causationId}"`},"traceparent":${JSON.stringify(event.traceparent)},"occurredAt":"${occurredAt}","data":${event.dataJson}}`,
  );
}

function encodeHead({ handlers, run, relayedAt, lowWater }: MessageHead): string {
  return `{"skelly":${FORMAT},"handlers":${JSON.stringify(handlers)},"run":"${run}","relayedAt":"${relayedAt}","lowWater":${lowWater}`;
}

/** @param event what {@link encodeEvent} gave. */
export function encodeMessage(head: MessageHead, event: string): string {
  return `${encodeHead(head)},"event":${event}}`;
}

/** The same message with a reference in place of the event. */
export function encodeReference(head: MessageHead, eventId: string): string {
  return `${encodeHead(head)},"reference":{"eventId":"${eventId}"}}`;
}

/** Reads a queue message. Never throws: what cannot be read is said, and goes to the dead letters with the reason. */
export function decodeMessage(
  body: string,
): { readonly message: EventMessage } | { readonly unreadable: UnreadableMessage } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    // Not in the parser's words, which quote what may name people.
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    return {
      unreadable: { reason: 'not_json', detail: `The body is no JSON${at ? `, from character ${at} on` : ''}.` },
    };
  }
  const parsed = messageSchema.safeParse(json);
  if (parsed.success) return { message: parsed.data };
  return {
    unreadable: explainShortForm(json) ?? { reason: 'not_an_envelope', detail: z.prettifyError(parsed.error) },
  };
}
