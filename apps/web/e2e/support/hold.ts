import { expect, type Page, type Request } from '@playwright/test';
import { untilLive } from './people';

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

/** Tries until a page has what it fetches ahead: news that arrive in the midst make it fetch again. */
const TRIES = 3;
/** Milliseconds for the loading state of a page that was fetched ahead. */
const LOADING_MS = 3_000;

/**
 * Follows a link of the page while the server does not answer, until the page's loading state shows. The returned function lets
 * the server answer.
 *
 * @param way.from the page that has the link. @param way.to the address that it leads to. @param way.loading what the loading state says.
 * @param way.within where on the page the link is; in the main navigation by default.
 */
export async function openSlowly(
  page: Page,
  way: { from: string; link: string | RegExp; to: string; loading: string; within?: string },
): Promise<() => Promise<void>> {
  for (let tried = 1; ; tried += 1) {
    const ahead = fetchedAhead(page, way.to);
    await page.goto(way.from);
    await untilLive(page);
    await ahead;
    const release = await holdRequests(page, isNavigation);
    await page
      .locator(way.within ?? 'nav[aria-label="Main"]')
      .getByRole('link', { name: way.link })
      .click();
    try {
      await expect(page.getByText(way.loading)).toBeAttached({ timeout: LOADING_MS });
      return release;
    } catch (error) {
      await release();
      if (tried === TRIES) throw error;
    }
  }
}

/**
 * Resolves when a page has what it fetches ahead of a click: the frame of the page that it leads to, and its loading state. The router
 * ends such an answer itself where it has read enough, so that it finishes or fails; a click before either waits for the server instead.
 */
async function fetchedAhead(page: Page, path: string): Promise<void> {
  const isAhead = (request: Request) => {
    const headers = request.headers();
    const isWhole = 'next-router-prefetch' in headers && !('next-router-segment-prefetch' in headers);
    return isWhole && new URL(request.url()).pathname === path;
  };
  await Promise.race([page.waitForEvent('requestfinished', isAhead), page.waitForEvent('requestfailed', isAhead)]);
}

/** Whether a request asks the server for a page in the midst of a click, and not ahead of one. */
function isNavigation(request: Request): boolean {
  const headers = request.headers();
  return 'rsc' in headers && !('next-router-prefetch' in headers) && !('next-router-segment-prefetch' in headers);
}
