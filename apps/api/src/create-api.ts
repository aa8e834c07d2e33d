import { createSessionFinder } from '@skelly/domain/session';
import { newId } from '@skelly/events';
import { handleInspection, type Logger, type Metrics, type Readiness, type Tracing } from '@skelly/runtime';
import { AppError } from '@skelly/types/errors';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { createSessionCookie } from './http/cookie';
import { readBeacon, refuseCrossSite } from './http/cross-site';
import { measureRequests, type RequestMeasure } from './http/measure';
import { mountRoute } from './http/mount';
import { toProblem } from './http/problem';
import type { Route, Services } from './http/route';
import { traceRequests } from './http/trace';
import { createOpenApiDocument } from './openapi/document';

export interface ApiDependencies {
  readonly services: Services;
  readonly routes: readonly Route[];
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  /** Records what a request did. @defaultValue nothing is */
  readonly tracing?: Tracing | undefined;
  readonly log: Logger;
  /** The origin that browsers see. */
  readonly publicUrl: string;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  /** Key of the hashes in idempotency records. */
  readonly idempotencySecret: Buffer;
  /** Failed sign-ins of one client for one account, a minute; a function is asked at each. */
  readonly loginAttemptsPerMinute: number | (() => number);
}

/** `strict: false`: what is no object gets an answer of our own. */
const JSON_BODY = { limit: '100kb', strict: false } as const;

/** The API as an Express app, on no port yet. */
export function createApi(deps: ApiDependencies): Express {
  const app = express();
  app.set('trust proxy', [...deps.trustedProxies]);
  app.set('query parser', 'simple');
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(
    helmet({
      xFrameOptions: { action: 'deny' },
      contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    }),
  );
  app.use((request, response, next) => {
    if (!handleInspection(deps, request, response)) next();
  });
  app.use(nameRequest(deps.log, measureRequests(deps.metrics)));
  app.use(traceRequests(deps.tracing));
  app.use(refuseCrossSite(deps.allowedOrigins));
  for (const { raw, method, url } of deps.routes)
    if (raw) app[method](url, express.raw({ limit: JSON_BODY.limit, type: () => true }));
  app.use(express.json(JSON_BODY));

  const document = createOpenApiDocument(deps.routes);
  app.get('/api/openapi.json', (_request, response) => {
    response.json(document);
  });
  const options = {
    services: deps.services,
    sessions: createSessionFinder(deps.services.database.queries, deps.services.now),
    cookie: createSessionCookie(deps.publicUrl),
    idempotencySecret: deps.idempotencySecret,
    readBeacon: readBeacon(express.json({ ...JSON_BODY, type: 'text/plain' })),
    throttle: throttleFailures(deps.loginAttemptsPerMinute),
  };
  for (const route of deps.routes) mountRoute(app, route, options);

  app.use((_request, _response, next) => {
    next(
      new AppError({
        kind: 'not_found',
        code: 'route_not_found',
        message: 'There is nothing at this address. /api/openapi.json lists what there is.',
      }),
    );
  });
  app.use(answerErrors(deps.log));
  return app;
}

/** Gives the request an id, which is the correlation id of all that it sets in motion, and logs and measures its end. */
function nameRequest(log: Logger, answered: RequestMeasure): RequestHandler {
  return (request, response, next) => {
    const requestId = newId();
    const startedAt = performance.now();
    response.locals['requestId'] = requestId;
    response.set({ 'x-request-id': requestId, 'cache-control': 'no-store' });
    response.on('finish', () => {
      const ms = performance.now() - startedAt;
      answered(request, response, ms);
      const level = response.statusCode >= 500 ? 'warn' : 'debug';
      log[level](
        {
          requestId,
          method: request.method,
          path: request.path,
          status: response.statusCode,
          ms: Math.round(ms),
        },
        'answered',
      );
    });
    next();
  };
}

/** Bounds guesses: calls answered 401 of one client for one account in a minute. Counted in this process' memory. */
function throttleFailures(limit: number | (() => number)): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit,
    skipSuccessfulRequests: true,
    // Anything but a guess that was wrong: a slip of the form, or an outage, shall not lock anybody out.
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => {
      const { email } = (request.body ?? {}) as { email?: unknown };
      return `${ipKeyGenerator(request.ip ?? '')} ${String(email).slice(0, 254).trim().toLowerCase()}`;
    },
    handler: (_request, _response, next) => {
      next(
        new AppError({
          kind: 'too_many',
          code: 'too_many_attempts',
          message: 'Too many attempts. Wait a minute and try again.',
          retryAfter: 60,
        }),
      );
    },
  });
}

function answerErrors(log: Logger): ErrorRequestHandler {
  return (error, request, response, next) => {
    const { body, retryAfter, defect } = toProblem(error);
    const requestId: string = response.locals['requestId'];
    if (defect) log.error({ err: error, requestId, method: request.method, path: request.path }, 'a request failed');
    else if (body.status === 503) log.warn({ err: error.cause ?? error, requestId }, 'a request could not be taken');
    if (response.headersSent) {
      next(error);
      return;
    }
    if (retryAfter !== undefined) response.set('retry-after', String(retryAfter));
    response
      .status(body.status)
      .type('application/problem+json')
      .send(JSON.stringify({ ...body, requestId }));
  };
}
