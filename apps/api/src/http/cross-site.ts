import { AppError } from '@skelly/types/errors';
import type { RequestHandler } from 'express';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses commands that another site's page sends. Browsers say where a request comes from (Sec-Fetch-Site, Origin);
 * clients that say neither are no browsers and carry no cookie against their user's will.
 */
export function refuseCrossSite(allowedOrigins: readonly string[]): RequestHandler {
  const allowed = new Set(allowedOrigins);
  return (request, _response, next) => {
    const site = request.get('sec-fetch-site');
    const origin = request.get('origin');
    const foreign =
      (site !== undefined && site !== 'same-origin' && site !== 'none') ||
      (origin !== undefined && !allowed.has(origin));
    if (READING.has(request.method) || !foreign) return next();
    next(
      new AppError({
        kind: 'forbidden',
        code: 'cross_site',
        message: 'Commands are taken from Skelly’s own pages only.',
        internal: `origin ${origin}, sec-fetch-site ${site}`,
      }),
    );
  };
}

/**
 * Reads JSON that a page of ours sent as text/plain. Other sites' pages and forms may send that without being asked for leave first,
 * so it counts only from a browser that says where it comes from, which {@link refuseCrossSite} has looked at.
 *
 * @param parse reads JSON from a text/plain body.
 */
export function readBeacon(parse: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const saysWhere = request.get('sec-fetch-site') !== undefined || request.get('origin') !== undefined;
    if (saysWhere) parse(request, response, next);
    else next();
  };
}
