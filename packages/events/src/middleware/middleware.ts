import type { EventEnvelope } from '@skelly/types/event';
import type { Handler } from '../handlers/handler';
import type { WorkerObserver } from '../observe';

/** An event as it is handed over. In a bus it has no position, as it is in no log. */
export type CalledEvent = Omit<EventEnvelope, 'position'> & { readonly position?: number };

/** One call of a handler: with one event, or with those of a batch. A bus' subscribers are handlers too. */
export interface HandlerCall {
  readonly handler: {
    readonly id: string;
    readonly kind: Handler['kind'] | 'subscriber';
    readonly on: { readonly type: string };
  };
  readonly events: readonly CalledEvent[];
}

/**
 * Surrounds the calls of handlers. It calls `next` once and waits for it; what it throws, or lets through, is the handler's failure.
 * The event's context (actor, correlation, cause) is set around it.
 */
export type Middleware = (call: HandlerCall, next: () => Promise<void>) => Promise<void>;

/** One middleware of several; the first is outermost. Of none: one that only goes on. */
export function composeMiddleware(all: readonly Middleware[]): Middleware {
  return all.reduceRight<Middleware>(
    (inner, outer) => (call, next) => outer(call, () => inner(call, next)),
    (_call, next) => next(),
  );
}

/** Calls a handler through the middleware: what the worker and the bus both do, with what is theirs around it. */
export function callHandler(
  { middleware }: { readonly middleware?: Middleware | undefined },
  call: HandlerCall,
  handle: () => Promise<void>,
): Promise<void> {
  return middleware ? middleware(call, handle) : handle();
}

/** What surrounds calls, with the clock of an observer around it; undefined when there is neither, as that costs nothing. */
export function timed(given: {
  readonly observe?: Pick<WorkerObserver, 'called'> | undefined;
  readonly around?: Middleware | undefined;
}): Middleware | undefined {
  const { observe, around } = given;
  if (!observe) return around;
  return async (call, next) => {
    const startedAt = performance.now();
    const tell = (outcome: 'ok' | 'error') => observe.called(call.handler.id, performance.now() - startedAt, outcome);
    try {
      await callHandler({ middleware: around }, call, next);
    } catch (error) {
      tell('error');
      throw error;
    }
    tell('ok');
  };
}
