import { expect, test as plain } from '@playwright/test';
import { type BrokenWeb, startBrokenWeb } from './support/broken-web';
import { type ConsoleWatch, watchConsole } from './support/console-watch';
import { join, newPerson } from './support/people';
import { takePictures } from './support/pictures';
import { pageRoutes } from './support/routes';
import { type State, states, type Tour } from './support/tour';
import { creatorsTours } from './tours/creators';
import { guildTours } from './tours/guild';
import { homeTours } from './tours/home';
import { notificationsTours } from './tours/notifications';
import { opsTours } from './tours/ops';
import { opsDisputesTours } from './tours/ops-disputes';
import { opsLedgerTours } from './tours/ops-ledger';
import { opsSettingsTours } from './tours/ops-settings';
import { requestsTours } from './tours/requests';
import { visitorTours } from './tours/visitor';
import { walletTours } from './tours/wallet';

const test = plain.extend<object, { broken: BrokenWeb }>({
  broken: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's dependencies from its first parameter
    async ({}, use) => {
      const broken = await startBrokenWeb();
      await use(broken);
      await broken.stop();
    },
    { scope: 'worker' },
  ],
});
test.describe.configure({ mode: 'parallel', timeout: 120_000 });

/** By the page's address. */
const tours: Record<string, Tour> = {
  ...visitorTours,
  ...homeTours,
  ...notificationsTours,
  ...guildTours,
  ...requestsTours,
  ...creatorsTours,
  ...walletTours,
  ...opsTours,
  ...opsDisputesTours,
  ...opsLedgerTours,
  ...opsSettingsTours,
};

test('every page has its tour', () => {
  expect(Object.keys(tours).sort()).toEqual(pageRoutes());
});

function tourTest(path: string, state: State): void {
  const drive = tours[path]?.[state];
  if (typeof drive !== 'function') return;
  const name = `${path === '/' ? 'front' : path.slice(1).replaceAll(/[[\]]/g, '').replaceAll('/', '.')}.${state}`;
  test(name, async ({ page, context, browser, broken }) => {
    const said: ConsoleWatch = watchConsole(page);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    let isRefused = false;
    const refused = () => {
      isRefused = true;
    };
    await drive({ page, context, browser, broken, refused, shoot: () => takePictures(page, name) });
    expect(said.take({ broken: isRefused || state === 'offline' || state === 'error' })).toEqual([]);
  });
}

for (const path of Object.keys(tours)) {
  for (const state of states) if (state !== 'empty') tourTest(path, state);
}

test.describe('empty', () => {
  // Some of them pause the worker: one after the other, or one would wake it under another.
  test.describe.configure({ mode: 'default' });
  for (const path of Object.keys(tours)) tourTest(path, 'empty');
});

test('not-found', async ({ page }) => {
  const answer = await page.goto('/no/such/page');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1, name: 'There is nothing here' })).toBeVisible();
  await takePictures(page, 'not-found');
});

test('forbidden', async ({ page }) => {
  await join(page, newPerson());
  const answer = await page.goto('/ops');
  expect(answer?.status()).toBe(403);
  await takePictures(page, 'forbidden');
});
