import { expect, type Page, type Route, test } from '@playwright/test';
import type { OpsLedgerResponse } from '@skelly/types/wallet';
import { pressLate } from './support/late';
import { loseAnswers } from './support/lost';
import { joinAsAdmin, untilLive } from './support/people';
import { openSetting, settingRow } from './support/settings';
import { fundAndMeet, reviewTransfer } from './support/wallets';

const LEDGER = '/api/ops/ledger';

/** Answers commands to a path in the server's place, and gathers their keys. */
async function answerCommands(page: Page, path: string, answer: (route: Route) => Promise<void>) {
  const keys: (string | undefined)[] = [];
  await page.route(
    (url) => url.pathname === path,
    async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      keys.push(route.request().headers()['idempotency-key']);
      await answer(route);
    },
  );
  return keys;
}

test('a change of a setting whose end is not known is the same one when it is tried again', async ({ page }) => {
  await joinAsAdmin(page);
  await page.goto('/ops/settings');
  await untilLive(page);
  const keys = await answerCommands(page, '/api/ops/settings', (route) => route.fulfill({ status: 503, body: '' }));
  const row = settingRow(page, 'retry.backoffMs');
  await (await openSetting(row)).fill('900');
  for (const tries of [1, 2]) {
    await row.getByRole('button', { name: 'Save' }).click();
    await expect(row.getByText('We do not know yet whether it was done')).toBeVisible();
    await expect.poll(() => keys.length).toBe(tries);
  }
  expect(keys[0]).toBeTruthy();
  expect(keys[1]).toBe(keys[0]);
});

test('what an earlier try has unfrozen is not taken for done when it is frozen again', async ({ page }) => {
  await joinAsAdmin(page);
  const frozen = {
    userId: crypto.randomUUID(),
    currency: 'points' as const,
    displayName: 'Ines',
    frozenAt: '2026-11-20T12:00:00.000Z',
    reason: 'audit: balance',
    accounts: [],
    open: 1,
  };
  await page.route(
    (url) => url.pathname === LEDGER,
    async (route) => {
      const answer = await route.fetch();
      const json: OpsLedgerResponse = { ...((await answer.json()) as OpsLedgerResponse), frozen: [frozen] };
      await route.fulfill({ response: answer, json });
    },
  );
  let isLost = true;
  const keys = await answerCommands(page, `${LEDGER}/unfreeze`, (route) =>
    isLost ? route.abort() : route.fulfill({ json: {}, headers: { 'idempotency-replayed': 'true' } }),
  );
  await page.clock.install();
  await page.goto('/ops/ledger');
  await untilLive(page);
  const row = page.locator(`[data-frozen="${frozen.userId}"]`);
  // As often as the audit runs, the page reads.
  await page.clock.fastForward(20_000);
  await row.getByRole('button', { name: 'Unfreeze the wallet of Ines in points' }).click();
  await row.getByLabel('What was repaired').fill('set back to nothing');
  const unfreeze = row.getByRole('button', { name: 'Unfreeze', exact: true });
  await unfreeze.click();
  await expect(row.getByText('We do not know yet whether it was done')).toBeVisible();
  isLost = false;
  await unfreeze.click();
  await expect(row.getByText('Your first try has unfrozen it.')).toBeVisible();
  expect(keys[1]).toBe(keys[0]);

  isLost = true;
  await unfreeze.click();
  await expect(row.getByText('We do not know yet whether it was done')).toBeVisible();
  frozen.frozenAt = '2026-11-21T12:00:00.000Z';
  await page.clock.fastForward(20_000);
  await expect(row).toContainText('21 Nov 2026');
  await unfreeze.click();
  await expect.poll(() => keys.length).toBe(4);
  expect(keys[3]).not.toBe(keys[2]);
  // The page reads after each command.
  await page.unrouteAll({ behavior: 'wait' });
});

test('on the way between the wallet and operations nothing is forgotten that was sent from either', async ({
  page,
  browser,
}) => {
  await joinAsAdmin(page);
  const teo = await fundAndMeet(page, browser, 100);
  const find = await loseAnswers(page, '/api/wallet/transfers');
  await reviewTransfer(page, teo, '30');
  await pressLate(page.getByRole('button', { name: 'Send 30 points' }));
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('We do not know yet');
  await page.keyboard.press('Escape');
  await find();

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Operations' }).click();
  await page.waitForURL('**/ops');
  const keys = await answerCommands(page, '/api/ops/settings', (route) => route.fulfill({ status: 503, body: '' }));
  const save = async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.waitForURL('**/ops/settings');
    const row = settingRow(page, 'retry.backoffMs');
    await (await openSetting(row)).fill('901');
    await row.getByRole('button', { name: 'Save' }).click();
    await expect(row.getByText('We do not know yet whether it was done')).toBeVisible();
  };
  await save();

  await page.getByRole('link', { name: 'Skelly ops, to your home' }).click();
  await page.waitForURL('**/home');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Wallet' }).click();
  await page.waitForURL('**/wallet');
  await expect(page.getByRole('main').getByRole('alert')).toContainText(`30 points to ${teo} went out`);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Operations' }).click();
  await page.waitForURL('**/ops');
  await save();
  expect(keys).toHaveLength(2);
  expect(keys[1]).toBe(keys[0]);
});
