import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** The HTTP server of the app, on no port yet. Bounds how long a request may take to arrive. */
export function createApiServer(api: Express): Server {
  const bounds = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 };
  const born = {
    IncomingMessage: bornAs(IncomingMessage, api.request),
    ServerResponse: bornAs(ServerResponse, api.response),
  };
  return createServer({ ...bounds, ...born }, api);
}

/**
 * A constructor of objects that have the prototype from the start. Express gives every request and answer its own, and to change
 * one costs Node 20 more than the rest of a small request; changed to what it is already, it costs nothing. Node's constructors are
 * plain functions, and `Reflect.construct` would cost as much again.
 */
function bornAs<Kind extends typeof IncomingMessage | typeof ServerResponse>(kind: Kind, prototype: object): Kind {
  const construct = kind as unknown as (this: object, first: unknown, second: unknown) => void;
  function Born(this: object, first: unknown, second: unknown): void {
    construct.call(this, first, second);
  }
  Born.prototype = prototype;
  return Born as unknown as Kind;
}
