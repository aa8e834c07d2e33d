import { clientView, type EventContract } from '@skelly/types/event';
import { v7 as uuidv7 } from 'uuid';
import { currentEventContext } from '../context';
import { checkEmitOptions, type EmitOptions, requireName } from './emit-options';
import { validateEventData } from './validate';

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
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** What an emission will write. */
export interface PreparedEmit {
  readonly event: BufferedEvent;
  readonly pushes: readonly BufferedPush[];
}

export interface PrepareDependencies {
  readonly now: () => Date;
  readonly maxPayloadBytes?: number;
}

/**
 * Validates an emission and makes its event, in the context of the running code.
 *
 * @throws EventDataError naming the contract, each path and what to do.
 */
export function prepareEmit(
  deps: PrepareDependencies,
  contract: EventContract,
  given: unknown,
  options: EmitOptions = {},
): PreparedEmit {
  const { type } = contract;
  checkEmitOptions(type, options);
  const { data, json } = validateEventData(contract, given, deps.maxPayloadBytes);
  const { sourceModule = type.slice(0, type.indexOf(':')), subject = contract.subject(data) } = options;
  requireName(type, 'subject', subject);
  requireName(type, 'sourceModule', sourceModule);
  const context = currentEventContext();
  const eventId = uuidv7();
  return {
    event: {
      eventId,
      type,
      version: contract.version,
      sourceModule,
      subject,
      ordered: contract.ordered,
      data: json,
      actor: context.actor,
      correlationId: options.correlationId ?? context.correlationId,
      causationId: options.causationId === undefined ? context.causationId : options.causationId,
      traceparent: context.traceparent,
      idempotencyKey: options.idempotencyKey ?? null,
      occurredAt: deps.now().toISOString(),
    },
    pushes: pushesOf(contract, eventId, data),
  };
}

/** What browsers may see of an event, by channel. */
export function pushesOf(
  contract: EventContract,
  eventId: string,
  data: Record<string, unknown>,
): readonly BufferedPush[] {
  return contract.push.map((rule) => ({
    channel: rule.to(data),
    eventId,
    type: contract.type,
    data: clientView(rule, data),
  }));
}
