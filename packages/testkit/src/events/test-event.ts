import { createHash } from 'node:crypto';
import type { EventContract, EventData, EventEnvelope } from '@skelly/types/event';
import { exampleOf } from './example-data';

const MOMENT = Date.parse('2026-01-02T03:04:05.000Z');

/**
 * An event as a handler gets it, for calling one without a queue. Data that is not given is filled in with short examples, and what may be missing
 * is; the same call gives the same event, so two with the same id are the same event twice. Give `eventId` where two alike must differ.
 *
 * @param data fields that matter to the test.
 * @param overrides fields of the envelope. `subject` and `version` are the contract's if not given.
 * @throws Error naming the fields that need a value of yours.
 */
export function createTestEvent<C extends EventContract>(
  contract: C,
  data: Partial<EventData<C>> = {},
  overrides: Partial<Omit<EventEnvelope, 'data' | 'type'>> = {},
): EventEnvelope<EventData<C>> {
  const whole = exampleOf<EventData<C>>(contract.data, { given: data as Record<string, unknown> });
  const eventId = overrides.eventId ?? idOf(contract.type, whole);
  return {
    eventId,
    position: 1,
    type: contract.type,
    version: contract.version,
    sourceModule: 'test',
    subject: contract.subject(whole),
    tenant: 'main',
    actor: 'system',
    correlationId: eventId,
    causationId: null,
    traceparent: null,
    occurredAt: new Date(MOMENT).toISOString(),
    ...overrides,
    data: whole,
  };
}

/** A UUIDv7 that follows from what the event says. */
function idOf(type: string, data: unknown): string {
  const hash = createHash('sha256')
    .update(`${type} ${JSON.stringify(data)}`)
    .digest('hex');
  const time = MOMENT.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}
