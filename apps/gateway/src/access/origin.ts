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

/** Whether a page may read a stream here. A browser says of a plain GET whose page it is from, and sends `Origin` to others alone. */
export function isAllowedReader(headers: IncomingHttpHeaders, allowed: ReadonlySet<string>): boolean {
  if (headers.origin !== undefined) return allowed.has(headers.origin);
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}
