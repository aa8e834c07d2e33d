import { readTraceparent, type Tracing } from '@skelly/runtime';
import type { RequestHandler } from 'express';

/** Where a request's `traceparent` is, for all that it sets in motion. */
export const TRACEPARENT = 'traceparent';
/** Where is counted how many events a request has emitted. */
export const EMITTED = 'emitted';

/**
 * Takes the caller's trace on; where there is a tracing, with a span for each request below it, named by the route's pattern. The span
 * ends with the connection's part in it, so also when the client has gone.
 */
export function traceRequests(tracing: Tracing | undefined): RequestHandler {
  return (request, response, next) => {
    const parent = readTraceparent(request.get('traceparent'));
    response.locals[TRACEPARENT] = parent;
    if (!tracing) return next();
    const { method } = request;
    const span = tracing.start({ name: method, kind: 'server', parent, attributes: { 'http.request.method': method } });
    response.locals[TRACEPARENT] = span.traceparent;
    response.once('close', () => {
      const { statusCode, locals } = response;
      const route: unknown = request.route?.path;
      const failed = statusCode >= 500 || !response.writableFinished;
      span.end({
        ...(typeof route === 'string' ? { name: `${method} ${route}` } : {}),
        attributes: {
          'http.response.status_code': statusCode,
          'skelly.request.id': String(locals['requestId']),
          'skelly.events.emitted': Number(locals[EMITTED] ?? 0),
          ...(typeof route === 'string' ? { 'http.route': route } : {}),
        },
        ...(failed ? { failure: new RequestFailed() } : {}),
      });
    });
    next();
  };
}

/** Names a failed request in its span: its answer was a 5xx, or never ended. */
class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
}
