import { clientView, type EventContract } from '@skelly/types/event';
import { v7 as uuidv7 } from 'uuid';
import { currentEventContext } from '../context';
import { EventDataError } from '../errors';
import { isCarriable, validateEventData } from './validate';

/** What a caller may say of an event beyond its data. */
export interface EmitOptions {
  /** The module that emits; the type's own when left out. */
  readonly sourceModule?: string;
  /** The aggregate, as `kind:id`; the contract's own when left out. */
  readonly subject?: string;
}

/** An event that waits for its unit of work to end. */
export interface BufferedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly version: number;
  readonly sourceModule: string;
  readonly subject: string;
  /** JSON text. */
  readonly data: string;
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
  readonly occurredAt: string;
}

/** A live view that waits for its unit of work to end. */
export interface BufferedPush {
  readonly channel: string;
  readonly eventId: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** Events and pushes of one unit of work, validated when they come and written when it ends. */
export interface UnitBuffer {
  readonly events: readonly BufferedEvent[];
  readonly pushes: readonly BufferedPush[];
  emit(contract: EventContract, data: unknown, options?: EmitOptions): string;
  push(contract: EventContract, data: unknown): void;
}

export function createUnitBuffer(options: { now: () => Date; maxPayloadBytes?: number }): UnitBuffer {
  const events: BufferedEvent[] = [];
  const pushes: BufferedPush[] = [];

  function bufferPushes(contract: EventContract, eventId: string, data: Record<string, unknown>): void {
    for (const rule of contract.push) {
      pushes.push({ channel: rule.to(data), eventId, type: contract.type, data: clientView(rule, data) });
    }
  }

  return {
    events,
    pushes,
    emit(contract, given, { sourceModule = contract.type.split(':', 1)[0] as string, subject } = {}) {
      const { data, json } = validateEventData(contract, given, options.maxPayloadBytes);
      const about = subject ?? contract.subject(data);
      requireName(contract.type, 'subject', about);
      requireName(contract.type, 'sourceModule', sourceModule);
      const { actor, correlationId, causationId, traceparent } = currentEventContext();
      const eventId = uuidv7();
      events.push({
        eventId,
        type: contract.type,
        version: contract.version,
        sourceModule,
        subject: about,
        data: json,
        actor,
        correlationId,
        causationId,
        traceparent,
        occurredAt: options.now().toISOString(),
      });
      bufferPushes(contract, eventId, data);
      return eventId;
    },
    push(contract, given) {
      bufferPushes(contract, uuidv7(), validateEventData(contract, given, options.maxPayloadBytes).data);
    },
  };
}

/** Characters of a subject or a module's name at most: they are indexed. */
const MAX_NAME = 200;

function requireName(type: string, path: string, name: string): void {
  if (name.length > 0 && name.length <= MAX_NAME && isCarriable(JSON.stringify(name))) return;
  throw new EventDataError(type, [
    { path, message: `must have 1 to ${MAX_NAME} characters that queues and Postgres can carry` },
  ]);
}
