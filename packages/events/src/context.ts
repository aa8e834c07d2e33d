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

/** The context of the running code; outside any, the system's own with a new correlation. */
export function currentEventContext(): EventContext {
  return storage.getStore() ?? { ...SYSTEM, correlationId: newId() };
}
