import { clientView, type EventContract } from '@skelly/types/event';
import { currentEventContext } from '../context';
import { EventDataError } from '../errors';
import { newId } from '../ids';
import { checkDue } from '../schedule/due';
import type { BufferedTimer, TimerEnvelope } from '../schedule/timer';
import { checkEmitOptions, type EmitOptions, isTimer, requireName, type TimerOptions } from './emit-options';
import { requireEmittable, validateEventData } from './validate';

/** An event that waits for its unit of work to end. */
export interface BufferedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly version: number;
  readonly sourceModule: string;
  readonly subject: string;
  /** Whether its subject is locked before its position is drawn. */
  readonly ordered: boolean;
  /** JSON text. */
  readonly data: string;
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
  readonly idempotencyKey: string | null;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
}

/** A live view that waits for its unit of work to end. */
export interface BufferedPush {
  readonly channel: string;
  readonly eventId: string;
  readonly correlationId: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
  /** Travels with the hint where the trace is recorded; the stream does not keep it. */
  readonly traceparent: string | null;
}

/** What an emission will write: an event with its pushes, or a timer. */
export interface PreparedEmit {
  readonly type: string;
  /** What it answers: the event's id, or the timer's schedule key. */
  readonly answer: string;
  readonly idempotencyKey: string | null;
  /** JSON text. */
  readonly data: string;
  readonly event?: BufferedEvent;
  readonly pushes?: readonly BufferedPush[];
  readonly timer?: BufferedTimer;
}

export interface PrepareDependencies {
  readonly now: () => Date;
  readonly maxPayloadBytes?: number;
}

/**
 * Validates an emission and makes its event, in the context of the running code.
 *
 * @throws EventDataError naming the contract, each path and what to do; EmitError when its events are pushed alone.
 */
export function prepareEmit(
  deps: PrepareDependencies,
  contract: EventContract,
  given: unknown,
  options: EmitOptions | TimerOptions = {},
): PreparedEmit {
  const { type } = contract;
  requireEmittable(contract);
  checkEmitOptions(type, options);
  const { data, json } = validateEventData(contract, given, deps.maxPayloadBytes);
  const { sourceModule = type.slice(0, type.indexOf(':')), subject = contract.subject(data) } = options;
  requireName(type, 'subject', subject);
  requireName(type, 'sourceModule', sourceModule);
  const context = currentEventContext();
  const about = {
    type,
    version: contract.version,
    sourceModule,
    subject,
    actor: context.actor,
    correlationId: options.correlationId ?? context.correlationId,
    causationId: options.causationId === undefined ? context.causationId : options.causationId,
    traceparent: context.traceparent,
    idempotencyKey: options.idempotencyKey ?? null,
  };
  const { idempotencyKey } = about;
  if (isTimer(options)) {
    const { scheduleKey = newId() } = options;
    const refuse = (path: string, message: string) => new EventDataError(type, [{ path, message }]);
    const envelope = JSON.stringify({ ...about, data } satisfies TimerEnvelope);
    const timer = { scheduleKey, due: checkDue(options, { now: deps.now(), refuse }), envelope };
    return { type, idempotencyKey, data: json, answer: scheduleKey, timer };
  }
  context.onEmit?.();
  const eventId = newId();
  // Assigned, as spreading it costs ten times as much.
  const event = Object.assign(about, {
    eventId,
    ordered: contract.ordered,
    data: json,
    occurredAt: (options.occurredAt ?? deps.now()).toISOString(),
  });
  return { type, idempotencyKey, data: json, answer: eventId, event, pushes: pushesOf(contract, event, data) };
}

/** What browsers may see of an event, by channel. */
export function pushesOf(
  contract: EventContract,
  { eventId, correlationId, traceparent }: Pick<BufferedEvent, 'eventId' | 'correlationId' | 'traceparent'>,
  data: Record<string, unknown>,
): readonly BufferedPush[] {
  return contract.push.map((rule) => ({
    channel: rule.to(data),
    eventId,
    correlationId,
    type: contract.type,
    data: clientView(rule, data),
    traceparent,
  }));
}
