import { EVENT_TYPE_PATTERN, type EventContract } from '@skelly/types/event';
import { currentEventContext } from '../context';
import { EventError, UnknownEventTypeError } from '../errors';
import { newId } from '../ids';
import { parseEventData } from '../unit-of-work/validate';
import type { BusEvent, Publication } from './bus-event';

/** Writes moments as ISO 8601; those of one millisecond once, as a busy bus has hundreds of events in each. */
export function createStamp(): (at: Date) => string {
  let last = Number.NaN;
  let text = '';
  return (at) => {
    const ms = at.getTime();
    if (ms !== last) {
      text = at.toISOString();
      last = ms;
    }
    return text;
  };
}

/**
 * Makes an event of what was said of it, in the context of the running code.
 *
 * @param occurredAt ISO 8601, unless the publication says when.
 * @param contracts by type; undefined: any type will do, and its data are as they are given.
 * @throws UnknownEventTypeError, EventDataError, EventError `event_type_invalid`
 */
export function makeEvent(
  given: Publication<EventContract>,
  contracts: ReadonlyMap<string, EventContract> | undefined,
  occurredAt: string,
): BusEvent {
  const { type, eventId = newId(), idempotencyKey = null } = given;
  const contract = contracts?.get(type);
  if (contracts && !contract) throw new UnknownEventTypeError(type);
  if (!contract && !EVENT_TYPE_PATTERN.test(type)) {
    throw new EventError('event_type_invalid', `"${type}" must read module:action or module:resource.action.`);
  }
  const data = contract ? parseEventData(contract, given.data) : given.data;
  const module = type.slice(0, type.indexOf(':'));
  const context = currentEventContext(eventId);
  return {
    eventId,
    type,
    version: contract?.version ?? 1,
    sourceModule: given.sourceModule ?? module,
    subject: given.subject ?? contract?.subject(data) ?? module,
    tenant: 'main',
    actor: context.actor,
    correlationId: given.correlationId ?? context.correlationId,
    causationId: context.causationId,
    traceparent: context.traceparent,
    occurredAt: given.occurredAt?.toISOString() ?? occurredAt,
    idempotencyKey,
    data,
  };
}
