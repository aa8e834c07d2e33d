import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { inherited, repositoryFolder, target } from './support/env';
import { join as joinAs, joinAsAdmin, newPerson, untilLive } from './support/people';
import { takePictures } from './support/pictures';
import { whilePaused } from './support/processes';

test.describe.configure({ mode: 'serial' });

/** Says something to everyone, as an operator does at a terminal. */
async function skelly(...args: readonly string[]): Promise<void> {
  const stack = parseEnv(await readFile(join(target().dataDir, 'env'), 'utf8'));
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'packages/cli/src/main.ts', ...args], {
    cwd: repositoryFolder,
    env: { ...inherited(), ...stack },
  });
}

test('a degraded system is said on every page, and no longer when it has recovered', async ({ browser, page }) => {
  test.setTimeout(300_000);
  await joinAs(page, newPerson());
  await page.goto('/home');
  await untilLive(page);
  const operations = await (await browser.newContext()).newPage();
  await joinAsAdmin(operations);
  await operations.goto('/ops');
  await untilLive(operations);
  const forMember = page.locator('[data-status="health"]');
  const forOperator = operations.locator('[data-status="health"]');
  await expect(forMember).toHaveCount(0);

  await whilePaused('worker', async () => {
    await expect(forMember).toHaveText('Some things take longer than usual. Nothing is lost.', { timeout: 30_000 });
    await expect(forOperator).toContainText('no worker is ready');
    await takePictures(page, 'home.degraded');
    await takePictures(operations, 'ops.degraded');
    // Whoever comes in the middle of it sees it at once, from the server.
    const late = await page.context().newPage();
    await late.goto('/notifications');
    await expect(late.locator('[data-status="health"]')).toBeVisible();
    await late.close();
  });
  // The audit of the ledger is due all the time: a message that the worker took as it was stopped comes again after its visibility timeout
  // of half a minute. That it had to wait counts for another half, and being well again takes a while too.
  await expect(forMember).toHaveCount(0, { timeout: 150_000 });
  await expect(forOperator).toHaveCount(0);
});

test('an announcement comes to open pages and new ones, can be put away, and goes when it is withdrawn', async ({
  page,
}) => {
  await joinAs(page, newPerson());
  await page.goto('/home');
  await untilLive(page);
  const banner = page.locator('[data-status="announcement"]');
  await skelly('announce', 'Crafting rests tonight from ten to eleven.', '--until', '2h');
  await expect(banner).toContainText('Crafting rests tonight');
  await takePictures(page, 'home.announced');
  const other = await page.context().newPage();
  await other.goto('/home');
  await expect(other.locator('[data-status="announcement"]')).toBeVisible();
  await page.getByRole('button', { name: 'Put the announcement away' }).click();
  await expect(banner).toHaveCount(0);
  await expect(other.locator('[data-status="announcement"]')).toBeVisible();
  await skelly('withdraw');
  await expect(other.locator('[data-status="announcement"]')).toHaveCount(0);
});
