/** The processes behind the front door. */
export type Upstream = 'web' | 'api' | 'gateway';

const ROUTES: readonly [prefix: string, upstream: Upstream][] = [
  ['/api', 'api'],
  ['/ws', 'gateway'],
  ['/stream', 'gateway'],
];

/** What whoever runs the processes asks each on its own port. */
const INSPECTION = ['/health', '/metrics'];

const isBelow = (pathname: string, prefix: string) => pathname === prefix || pathname.startsWith(`${prefix}/`);
const pathnameOf = (path: string) => path.split('?', 1)[0] ?? '/';

/** Whether a path is not for the public: health and metrics, which nobody answers here. */
export function isInspection(path: string): boolean {
  const pathname = pathnameOf(path);
  return INSPECTION.some((prefix) => isBelow(pathname, prefix));
}

/** Which process answers a path: `/api` the api, `/ws` and `/stream` the gateway, everything else the web app, except what {@link isInspection} says. */
export function routeOf(path: string): Upstream {
  const pathname = pathnameOf(path);
  return ROUTES.find(([prefix]) => isBelow(pathname, prefix))?.[1] ?? 'web';
}
