import type { Page, Request } from '@playwright/test';

/** Keeps every request that matches waiting until the returned function is called: a server that is slow, as seen from the page. */
export async function holdRequests(page: Page, matches: (request: Request) => boolean): Promise<() => Promise<void>> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/*', async (route) => {
    if (matches(route.request())) await released;
    await route.continue().catch(() => undefined);
  });
  return async () => {
    release();
    await page.unrouteAll({ behavior: 'wait' });
  };
}

/** Whether a request asks the server for a page in the midst of a click, and not ahead of one. */
export function isNavigation(request: Request): boolean {
  const headers = request.headers();
  return 'rsc' in headers && !('next-router-prefetch' in headers) && !('next-router-segment-prefetch' in headers);
}
