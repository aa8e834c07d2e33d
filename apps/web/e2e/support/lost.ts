import type { Page, Request } from '@playwright/test';

/** Loses the answers to commands that go to a path until the returned function is called: the server has done them, and the page is not told. */
export async function loseAnswers(page: Page, path: string): Promise<() => Promise<void>> {
  return loseAfter(page, path, async () => undefined);
}

/**
 * Gives a command whose answer is lost after the page has learnt of what it did, and waits until the page has read again, as it does
 * when it knows of the loss.
 *
 * @param way.news waits until the page shows what was done. @param way.read the path that is read again
 */
export async function loseAfterNews(
  page: Page,
  path: string,
  way: { give: () => Promise<void>; news: () => Promise<void>; read: string },
): Promise<void> {
  let hasCome = (_read: Promise<Request>) => {};
  const news = new Promise<Request>((resolve) => {
    hasCome = resolve;
  });
  await loseAfter(page, path, async () => {
    await way.news();
    hasCome(page.waitForRequest((request) => new URL(request.url()).pathname === way.read));
  });
  await way.give();
  await (await news).response();
}

async function loseAfter(page: Page, path: string, news: () => Promise<void>): Promise<() => Promise<void>> {
  const isOfPath = (url: URL) => url.pathname === path;
  await page.route(isOfPath, async (route) => {
    if (!isCommand(route.request())) return route.continue();
    await route.fetch();
    await news();
    await route.abort('connectionreset');
  });
  return () => page.unroute(isOfPath);
}

function isCommand(request: Request): boolean {
  return request.method() === 'POST';
}
