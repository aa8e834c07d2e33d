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

/**
 * Resolves when the server has answered what a page fetches ahead of a click: the frame of the page that the click leads to,
 * and its loading state. To be called before the page that links there is opened.
 */
export async function fetchedAhead(page: Page, path: string): Promise<void> {
  await page.waitForResponse((answer) => {
    const headers = answer.request().headers();
    const isWhole = 'next-router-prefetch' in headers && !('next-router-segment-prefetch' in headers);
    return isWhole && new URL(answer.url()).pathname === path;
  });
}

/** Whether a request asks the server for a page in the midst of a click, and not ahead of one. */
export function isNavigation(request: Request): boolean {
  const headers = request.headers();
  return 'rsc' in headers && !('next-router-prefetch' in headers) && !('next-router-segment-prefetch' in headers);
}
