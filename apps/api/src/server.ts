import { createServer, type Server } from 'node:http';
import type { Express } from 'express';

/** The HTTP server of the app, on no port yet. Bounds how long a request may take to arrive. */
export function createApiServer(api: Express): Server {
  return createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 }, api);
}
