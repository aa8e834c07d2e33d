import type { Page, Request } from '@playwright/test';

/** Loses the answers to commands that go to a path until the returned function is called: the server has done them, and the page is not told. */
export async function loseAnswers(page: Page, path: string): Promise<() => Promise<void>> {
  const isOfPath = (url: URL) => url.pathname === path;
  await page.route(isOfPath, async (route) => {
    if (!isCommand(route.request())) return route.continue();
    await route.fetch();
    await route.abort('connectionreset');
  });
  return () => page.unroute(isOfPath);
}

function isCommand(request: Request): boolean {
  return request.method() === 'POST';
}
