import { AsyncLocalStorage } from 'node:async_hooks';
import { newId } from './ids';

/** On whose behalf something happens; carried by itself from a request to its events and from an event to those that it causes. */
export interface EventContext {
  /** `user:{id}`, `anonymous`, `handler:{id}`, `cli` or `system`. */
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
  /** Told whenever an event is emitted; a timer is none yet. */
  readonly onEmit?: (() => void) | undefined;
}

const storage = new AsyncLocalStorage<EventContext>();

const HANDLER_ACTOR = 'handler:';
const SYSTEM = { actor: 'system', causationId: null, traceparent: null, onEmit: undefined };

/** Runs `fn`, and everything that it awaits, in a context. What is left out comes from the context around it. */
export function withEventContext<T>(context: Partial<EventContext>, fn: () => T): T {
  const around = storage.getStore() ?? { ...SYSTEM, correlationId: context.correlationId ?? newId() };
  const {
    actor = around.actor,
    correlationId = around.correlationId,
    causationId = around.causationId,
    traceparent = around.traceparent,
    onEmit = around.onEmit,
  } = context;
  return storage.run({ actor, correlationId, causationId, traceparent, onEmit }, fn);
}

/** What log lines of the running code say of it: correlation id, handler and event id, where there are any. No actor: that is a person. */
export function eventLogFields(): { correlationId?: string; handler?: string; eventId?: string } {
  const context = storage.getStore();
  if (!context) return {};
  const { actor, correlationId, causationId } = context;
  if (!actor.startsWith(HANDLER_ACTOR)) return { correlationId };
  const handler = actor.slice(HANDLER_ACTOR.length);
  return causationId === null ? { correlationId, handler } : { correlationId, handler, eventId: causationId };
}

/**
 * The context of the running code.
 *
 * @param correlationId of the one that code outside any is in, which is the system's own. @defaultValue a new one
 */
export function currentEventContext(correlationId?: string): EventContext {
  const context = storage.getStore();
  if (context) return context;
  // Written out, as spreading it costs several times as much.
  const { actor, causationId, traceparent, onEmit } = SYSTEM;
  return { actor, correlationId: correlationId ?? newId(), causationId, traceparent, onEmit };
}
