import { type NextRequest, NextResponse } from 'next/server';
import { contentSecurityPolicy } from './server/csp';

/** Gives every page its own nonce and policy, and tells layouts the path they render (Next does not). */
export function proxy(request: NextRequest): NextResponse {
  const nonce = crypto.randomUUID().replaceAll('-', '');
  // biome-ignore lint/style/noProcessEnv: the bundler replaces it
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === 'development');
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set('x-skelly-path', pagePath(request.nextUrl));
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

/** The address as a member sees it, without what Next adds to fetch it in parts. */
function pagePath(url: URL): string {
  const query = new URLSearchParams(url.search);
  query.delete('_rsc');
  return query.size === 0 ? url.pathname : `${url.pathname}?${query}`;
}

export const config = {
  matcher: [{ source: '/((?!_next/static|_next/image|icon.svg|health/live|health/ready).*)' }],
};
