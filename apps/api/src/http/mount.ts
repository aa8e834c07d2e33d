import type { Session, SessionFinder } from '@skelly/domain/session';
import { withEventContext } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { CORRELATION_HEADER, MEMBER_HEADER } from '@skelly/types/live';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { SessionCookie } from './cookie';
import { describeDevice } from './device';
import { identify, onceFor } from './idempotency';
import { invalidRequest } from './problem';
import type { Reply, Route, RouteAccess, Services } from './route';
import { EMITTED, TRACEPARENT } from './trace';

export interface MountOptions {
  readonly services: Services;
  readonly sessions: SessionFinder;
  readonly cookie: SessionCookie;
  /** Key of the hashes in idempotency records. */
  readonly idempotencySecret: Buffer;
  /** Reads the bodies of beacons. */
  readonly readBeacon: RequestHandler;
  /** Bounds the failed calls of throttled routes. */
  readonly throttle: RequestHandler;
}

/** Puts a route on the server: session, access, validation, then the route itself, in the context of who asks. */
export function mountRoute(app: Express, route: Route, options: MountOptions): void {
  const before = [...(route.throttled ? [options.throttle] : []), ...(route.beacon ? [options.readBeacon] : [])];
  app[route.method](route.url, ...before, async (request, response) => {
    const session = await options.sessions.find(options.cookie.read(request.get('cookie')));
    requireAccess(route.access, session, request.get(MEMBER_HEADER));
    const actor = session ? `user:${session.userId}` : 'anonymous';
    const correlationId: string = response.locals['requestId'];
    const context = {
      actor,
      correlationId,
      causationId: null,
      traceparent: response.locals[TRACEPARENT] as string | null,
      // Only where there is an event to wait for: none follows a command that changed nothing, or an answer that is repeated.
      onEmit: () => {
        response.set(CORRELATION_HEADER, correlationId);
        response.locals[EMITTED] = Number(response.locals[EMITTED] ?? 0) + 1;
      },
    };
    const repeated = () => {
      response.set('idempotency-replayed', 'true');
      // A try before it was found to be a repetition may have emitted what was then undone.
      response.removeHeader(CORRELATION_HEADER);
      response.locals[EMITTED] = 0;
    };
    const reply = await withEventContext(context, async () => {
      const parsed = await parseRequest(route, request, session, options.services);
      const command = identify({
        key: route.method === 'post' && !route.keyless ? request.get('idempotency-key') : undefined,
        // What anyone may ask is repeated by anyone with the key and the same body: a retry may have the first answer's cookie.
        scope: `${route.method.toUpperCase()} ${route.url} ${route.access === 'anyone' ? 'anyone' : actor}`,
        body: route.path ? [parsed.path, parsed.body] : parsed.body,
        secret: options.idempotencySecret,
      });
      const asked = {
        ...parsed,
        session: session as Session,
        once: onceFor(command, repeated),
        command,
        repeated,
        // Few ask for these two.
        get device() {
          return describeDevice(request.get('user-agent'));
        },
        get delivery() {
          return { body: request.body ?? Buffer.alloc(0), header: (name: string) => request.get(name) };
        },
      };
      return route.handle(asked, options.services);
    });
    if (reply.session) {
      response.append(
        'set-cookie',
        reply.session === 'end' ? options.cookie.clear() : options.cookie.set(reply.session),
      );
    }
    send(response, route, reply);
  });
}

function send(response: Response, route: Route, { status, body, file }: Reply): void {
  response.status(status);
  if (file && route.file) {
    response.set('content-disposition', `attachment; filename="${file.name}"`);
    response.type(route.file).send(file.content);
  } else if (body === undefined) response.end();
  else response.json(body);
}

/** @param meantFor the member that the page belongs to, where it says so: the cookie may have become another one's in the meantime */
function requireAccess(access: RouteAccess, session: Session | null, meantFor: string | undefined): void {
  if (access === 'anyone') return;
  if (!session) throw new AppError({ kind: 'unauthenticated', code: 'unauthenticated', message: 'Sign in to go on.' });
  if (meantFor !== undefined && meantFor !== session.userId) {
    throw new AppError({
      kind: 'unauthenticated',
      code: 'another_member',
      message: 'Another member has signed in here. Reload the page.',
    });
  }
  if (access !== 'member' && !access.includes(session.role)) {
    throw new AppError({ kind: 'forbidden', code: 'forbidden', message: 'Your account may not do this.' });
  }
}

/** What was asked, as the route's schemas have it. @throws AppError naming every field that is not. */
async function parseRequest(route: Route, request: Request, session: Session | null, services: Services) {
  try {
    return {
      body: parse(route.body, bodyOf(route, request), 'body'),
      query: parse(route.query, request.query, 'query'),
      path: parse(route.path, request.params, 'path'),
    };
  } catch (error) {
    if (!(route.refused && error instanceof AppError)) throw error;
    throw await route.refused({ error, body: request.body, session: session as Session }, services);
  }
}

/** The fields that were sent. No body, or one that is no object, has none: the answer then names all that are missing. */
function bodyOf(route: Route, request: Request): unknown {
  if (!route.body) return undefined;
  if (request.body === undefined && Number(request.get('content-length') ?? 0) > 0) {
    throw new AppError({
      kind: 'invalid',
      code: 'not_json',
      message: 'Send the body as JSON, with Content-Type: application/json.',
    });
  }
  const isObject = typeof request.body === 'object' && request.body !== null && !Array.isArray(request.body);
  return isObject ? request.body : {};
}

function parse(schema: z.ZodType | undefined, value: unknown, part: 'body' | 'query' | 'path'): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalidRequest(parsed.error, part);
  return parsed.data;
}
