/** Where a member goes who asked for no page in particular. */
export const HOME = '/home';

/** A place of no origin: whatever leads away from it is somebody else's site. */
const HERE = 'http://skelly.invalid';

/**
 * The page to go to after signing in, from a `next` that anybody may have written: a path of this site, or home.
 * Refused are other origins in every spelling that a browser takes for one (`//x`, `/\x`, tabs), and the API.
 */
export function safeNext(given: string | readonly string[] | null | undefined): string {
  if (typeof given !== 'string' || !given.startsWith('/') || !URL.canParse(given, HERE)) return HOME;
  const url = new URL(given, HERE);
  if (url.origin !== HERE || url.pathname.startsWith('//')) return HOME;
  if (/^\/(api|ws|stream|login|register)(\/|$)/.test(url.pathname)) return HOME;
  return `${url.pathname}${url.search}${url.hash}`;
}

/** A link to a page of accounts that brings the visitor to `next` afterwards; home needs no mention. */
export function withNext(path: string, next: string): string {
  return next === HOME ? path : `${path}?next=${encodeURIComponent(next)}`;
}
