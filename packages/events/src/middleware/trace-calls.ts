import { currentEventContext, withEventContext } from '../context';
import { isRecorded } from '../traceparent';
import type { HandlerCall, Middleware } from './middleware';

/** What a call of a handler is told as. */
export interface CallSpan {
  /** W3C `traceparent`, for what the handler sets in motion. */
  readonly traceparent: string;
  end(how?: { readonly failure?: unknown }): void;
}

/** Starts spans; the process' tracing. */
export interface CallTracer {
  start(span: {
    readonly name: string;
    readonly kind: 'consumer';
    readonly parent: string | null;
    readonly links?: readonly string[];
    readonly attributes: Readonly<Record<string, string | number>>;
  }): CallSpan;
}

/**
 * A span for each call of a handler, below what emitted its event; what the handler emits is below the span in turn. A batch has no
 * single cause: it begins a trace of its own, with links to those of its events that are recorded.
 */
export function traceCalls(tracer: CallTracer): Middleware {
  return async (call, next) => {
    const span = tracer.start(spanOf(call));
    try {
      await withEventContext({ traceparent: span.traceparent }, next);
    } catch (error) {
      span.end({ failure: error });
      throw error;
    }
    span.end();
  };
}

function spanOf({ handler, events }: HandlerCall): Parameters<CallTracer['start']>[0] {
  const about = { name: `handle ${handler.id}`, kind: 'consumer' as const };
  const attributes = { 'skelly.handler': handler.id, 'skelly.event.type': handler.on.type };
  const [only] = events;
  if (handler.kind !== 'batch' && only)
    return {
      ...about,
      parent: currentEventContext().traceparent,
      attributes: { ...attributes, 'skelly.event.id': only.eventId, 'skelly.correlation.id': only.correlationId },
    };
  return {
    ...about,
    parent: null,
    links: events.flatMap(({ traceparent }) => (isRecorded(traceparent) ? [traceparent] : [])),
    attributes: { ...attributes, 'messaging.batch.message_count': events.length },
  };
}
