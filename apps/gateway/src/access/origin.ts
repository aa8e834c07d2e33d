import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page may open a socket here. A browser sends `Origin` with every upgrade, so a listed one is required of it.
 * Other clients send none, and no `Sec-Fetch-Site` either: they are let in, as they hold the session's token themselves and
 * no page can make them use it.
 */
export function isAllowedOrigin(headers: IncomingHttpHeaders, allowed: ReadonlySet<string>): boolean {
  if (headers.origin !== undefined) return allowed.has(headers.origin);
  return headers['sec-fetch-site'] === undefined;
}
