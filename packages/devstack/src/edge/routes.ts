/** The processes behind the front door. */
export type Upstream = 'web' | 'api' | 'gateway';

const ROUTES: readonly [prefix: string, upstream: Upstream][] = [
  ['/api', 'api'],
  ['/ws', 'gateway'],
  ['/stream', 'gateway'],
];

/** Which process answers a path: `/api` the api, `/ws` and `/stream` the gateway, everything else the web app. */
export function routeOf(path: string): Upstream {
  const [pathname = '/'] = path.split('?', 1);
  return ROUTES.find(([prefix]) => pathname === prefix || pathname.startsWith(`${prefix}/`))?.[1] ?? 'web';
}
