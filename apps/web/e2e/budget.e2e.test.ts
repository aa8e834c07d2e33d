import { type Browser, expect, type Page, test } from '@playwright/test';
import { GUILD_HALL } from './support/guild';
import { ask, joinAsCreator, joinWithPoints } from './support/market';
import { join, newPerson, untilLive } from './support/people';

/** Bytes of script, compressed, that a member page may load at first. */
const SCRIPT_BUDGET = 170_000;
/** Milliseconds until the largest thing is painted, and how much may move, after the page and its styles are in the cache of the server. */
const LCP_BUDGET_MS = 1500;
const CLS_BUDGET = 0.02;

/** Of which there is none before the test makes it. */
const A_REQUEST = '/requests/[requestId]';

const memberPaths = [
  '/home',
  '/notifications',
  '/settings/notifications',
  '/guild',
  `/guild/${GUILD_HALL}`,
  '/wallet',
  '/requests',
  A_REQUEST,
  '/creators',
];

for (const path of ['/', '/login', '/register', ...memberPaths]) {
  test(`${path} keeps its budget`, async ({ page, browser }) => {
    let address = path;
    if (path === A_REQUEST) address = await makeRequest(page, browser);
    else if (memberPaths.includes(path)) await join(page, newPerson());
    await page.goto('/verify-email');
    await page.addInitScript(() => {
      const seen = { lcp: 0, cls: 0 };
      Object.assign(window, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.lcp = entry.startTime;
      }).observe({ type: 'largest-contentful-paint', buffered: true });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
          if (!entry.hadRecentInput) seen.cls += entry.value;
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page
      .context()
      .newCDPSession(page)
      .then((session) => session.send('Network.setCacheDisabled', { cacheDisabled: true }));
    const answer = await page.goto(address, { waitUntil: 'load' });
    const html = (await answer?.text()) ?? '';
    if (memberPaths.includes(path)) await untilLive(page);
    // Those of the page as it came: what it loads later, it loads when there is time.
    const named = [...html.matchAll(/<script[^>]*>/g)].flatMap(([tag]) =>
      /nomodule/i.test(tag) ? [] : (/ src="([^"]+)"/.exec(tag)?.[1] ?? []),
    );
    const script = await page.evaluate((sources) => {
      const first = sources.map((source) => new URL(source, document.baseURI).href);
      const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      return loaded
        .filter(({ name }) => first.includes(name))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    }, named);
    const { lcp, cls } = await page.evaluate(() => (window as unknown as { seen: { lcp: number; cls: number } }).seen);
    console.log(
      `${path}: ${(script / 1000).toFixed(1)} kB of script, LCP ${Math.round(lcp)} ms, CLS ${cls.toFixed(3)}`,
    );
    expect(script).toBeGreaterThan(0);
    expect(script, 'bytes of script').toBeLessThanOrEqual(SCRIPT_BUDGET);
    expect(lcp, 'largest contentful paint').toBeLessThanOrEqual(LCP_BUDGET_MS);
    expect(cls, 'layout shift').toBeLessThanOrEqual(CLS_BUDGET);
  });
}

async function makeRequest(page: Page, browser: Browser): Promise<string> {
  const teo = await joinAsCreator(browser);
  await teo.page.context().close();
  await joinWithPoints(page);
  const { requestId } = await ask(page, teo, { title: 'Custom song', amount: 1_200, details: 'In a minor key.' });
  return `/requests/${requestId}`;
}
