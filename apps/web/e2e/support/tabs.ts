import type { BrowserContext, Page } from '@playwright/test';
import type { MeResponse } from '@skelly/types/user';
import { untilLive } from './people';

/** Of whoever is signed in. */
export async function userIdOf(context: BrowserContext): Promise<string> {
  return ((await (await context.request.get('/api/auth/me')).json()) as MeResponse).user.id;
}

/** Opens tabs on a path, each of them live. */
export async function openTabs(context: BrowserContext, count: number, path: string): Promise<Page[]> {
  const tabs: Page[] = [];
  for (let left = count; left > 0; left -= 1) {
    const tab = await context.newPage();
    await tab.goto(path);
    await untilLive(tab);
    tabs.push(tab);
  }
  return tabs;
}

/** Of the notifications that a test has put there as `Note 1`, `Note 2`, …, as the tab shows them. */
export const titles = (tab: Page) =>
  tab.evaluate(() =>
    [...document.querySelectorAll('[data-notification] p:first-child')].flatMap(
      ({ textContent }) => /Note \d+$/.exec(textContent ?? '') ?? [],
    ),
  );

/** Its name says how many are new. */
export const bell = (tab: Page) => tab.getByRole('main').getByRole('button', { name: /^Notifications/ });

/** Gathers what is read afresh from now on: what else a tab shows came by the stream. */
export function watchReads(tabs: readonly Page[]): readonly string[] {
  const reads: string[] = [];
  for (const tab of tabs) {
    tab.on('request', (request) => {
      if ('rsc' in request.headers() && !('next-router-prefetch' in request.headers())) reads.push(request.url());
    });
  }
  return reads;
}
