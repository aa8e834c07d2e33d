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
