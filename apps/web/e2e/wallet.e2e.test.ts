import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { pressLate } from './support/late';
import { join, newPerson } from './support/people';
import { takePictures } from './support/pictures';
import { shown } from './support/shown';
import { userIdOf } from './support/tabs';
import { openWallet, openWallets, ownName, part, reviewTransfer } from './support/wallets';

type Wallets = Awaited<ReturnType<typeof openWallets>>;
let wallets: Wallets;
test.beforeAll(async () => {
  wallets = await openWallets();
});
test.afterAll(() => wallets.close());

test('a top-up is paid at the checkout and arrives live in every tab', async ({ page, context }) => {
  await join(page, newPerson());
  const tab = await context.newPage();
  await openWallet(tab);
  await expect(part(tab, 'available')).toHaveText('0');
  await openWallet(page);
  await page.getByRole('button', { name: 'Top up' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Top up' });
  await expect(dialog.getByLabel('Amount')).toBeFocused();

  await test.step('an amount that is none is refused at its place', async () => {
    await dialog.getByLabel('Amount').fill('1.5');
    await page.keyboard.press('Enter');
    await expect(dialog.getByText('Type a whole number of points.')).toBeVisible();
  });

  await dialog.getByRole('button', { name: '5,000' }).click();
  await dialog.getByRole('button', { name: 'Pay for 5,000 points' }).click();
  await page.waitForURL('**/wallet/top-up/*');
  await expect(page.getByText('No real money is paid here')).toBeVisible();
  const checkout = page.url();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await page.waitForURL('**/wallet');
  await expect(part(page, 'available')).toHaveText('5,000');
  await expect(part(tab, 'available')).toHaveText('5,000');
  await expect(tab.locator('[data-entry="credit"]')).toContainText('Topped up');
  await expect(tab.locator('[data-entry="credit"]')).toContainText('5,000 available');

  await test.step('what is paid is not paid again', async () => {
    await page.goto(checkout);
    await expect(shown(page.getByText('arrive in your wallet by themselves'))).toBeVisible();
    await expect(page.getByRole('button', { name: 'Pay', exact: true })).toBeHidden();
  });
});

test('a payment that fails or is cancelled moves nothing', async ({ page }) => {
  await join(page, newPerson());
  for (const [button, words] of [
    ['Let it fail', 'The payment failed'],
    ['Cancel', 'The payment was cancelled'],
  ] as const) {
    await openWallet(page);
    await page.getByRole('button', { name: 'Top up' }).first().click();
    await page.getByRole('button', { name: 'Pay for 1,000 points' }).click();
    await page.waitForURL('**/wallet/top-up/*');
    const checkout = page.url();
    await page.getByRole('button', { name: button }).click();
    if (button === 'Cancel') await page.waitForURL('**/wallet');
    else await expect(page.getByRole('alert').filter({ hasText: words })).toBeVisible();
    await page.goto(checkout);
    await expect(page.getByRole('alert').filter({ hasText: words })).toBeVisible();
    await page.getByRole('link', { name: 'To your wallet' }).click();
    await page.waitForURL('**/wallet');
    await expect(part(page, 'available')).toHaveText('0');
  }
});

test('a transfer is reviewed, sent, and seen by both sides at once', async ({ page, browser }) => {
  const [mara, teo] = [newPerson(), newPerson(ownName('Teo'))];
  await join(page, mara);
  await wallets.give(await userIdOf(page.context()), 2_000);
  const other = await (await browser.newContext()).newPage();
  await join(other, teo);
  await openWallet(other);
  await openWallet(page);
  await expect(part(page, 'available')).toHaveText('2,000');

  await reviewTransfer(page, teo.displayName, '750');
  await expect(page.getByRole('dialog')).toContainText('You keep 1,250 points');
  await takePictures(page, 'wallet.transfer.review');
  await pressLate(page.getByRole('button', { name: 'Send 750 points' }));
  await expect(page.locator('[data-transfer="sent"]')).toContainText(`Sent. ${teo.displayName} has it.`);
  await takePictures(page, 'wallet.transfer.sent');
  await expect(part(other, 'available')).toHaveText('750');
  await expect(other.locator('[data-entry="transfer"]')).toContainText(`From ${mara.displayName}`);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeFocused();
  await expect(part(page, 'available')).toHaveText('1,250');
  await expect(page.locator('[data-entry="transfer"]')).toContainText(`To ${teo.displayName}`);
  await other.context().close();
});

test('a transfer shows at once, and a refused one is put back and says why at its place', async ({ page, browser }) => {
  await join(page, newPerson());
  const me = await userIdOf(page.context());
  await wallets.give(me, 1_000);
  const teo = newPerson(ownName('Teo'));
  const other = await (await browser.newContext()).newPage();
  await join(other, teo);
  await openWallet(page);
  await expect(part(page, 'available')).toHaveText('1,000');
  let isSlow = true;
  await page.route('**/api/wallet/transfers', async (route) => {
    if (!isSlow) return route.continue();
    isSlow = false;
    // Shown as done before it is, and said to be under way after a moment.
    await expect(part(page, 'available')).toHaveText('400');
    await expect(page.locator('[data-transfer="slow"]')).toContainText('On its way');
    // Meanwhile the money goes elsewhere.
    await wallets.service.debit({ userId: me, amount: 900, reason: 'purchase' });
    await expect(part(page, 'available')).toHaveText('100');
    await route.continue();
  });
  await reviewTransfer(page, teo.displayName, '600');
  await pressLate(page.getByRole('button', { name: 'Send 600 points' }));
  const alert = page.getByRole('dialog').getByRole('alert').filter({ hasText: 'Not sent' });
  await expect(alert).toContainText('600 points are needed and 100 points are available');
  await expect(part(page, 'available')).toHaveText('100');
  await takePictures(page, 'wallet.transfer.refused');

  await test.step('one that is refused after its dialog was closed says so in the wallet', async () => {
    await page.route('**/api/wallet/transfers', async (route) => {
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await route.continue();
    });
    await pressLate(page.getByRole('button', { name: 'Try again' }));
    await expect(page.getByRole('main').getByRole('alert')).toContainText(`600 points to ${teo.displayName} not sent`);
    await page.getByRole('button', { name: 'Understood' }).click();
    await expect(page.getByRole('main').getByRole('alert')).toBeHidden();
  });
  await other.context().close();
});

test('earnings come live and are collected with one button', async ({ page, browser }) => {
  await join(page, newPerson());
  const me = await userIdOf(page.context());
  const fan = await (await browser.newContext()).newPage();
  await join(fan, newPerson('Ines'));
  const fanId = await userIdOf(fan.context());
  await wallets.give(fanId, 500);
  await openWallet(page);
  await expect(page.getByText('Nothing has moved yet')).toBeVisible();
  await wallets.pay(fanId, me, 400, 'midnight-set');
  await expect(part(page, 'earned')).toHaveText('400');
  await expect(page.locator('[data-entry="settle"]')).toContainText('Earned for Midnight set');
  await page.getByRole('button', { name: 'Collect 400 earned' }).press('Enter');
  await expect(part(page, 'available')).toHaveText('400');
  await expect(part(page, 'earned')).toHaveText('0');
  await expect(page.getByRole('status').filter({ hasText: '400 points collected' })).toBeFocused();
  await expect(page.locator('[data-entry="transfer"]')).toContainText('Earnings collected');
  await fan.context().close();
});

test('the statement is filtered by its address and exported as it is', async ({ page }) => {
  await join(page, newPerson());
  const me = await userIdOf(page.context());
  await wallets.give(me, 1_000);
  await wallets.service.holdInEscrow({
    userId: me,
    amount: 300,
    reason: 'performance_request',
    featureType: 'custom-song',
  });
  await wallets.service.debit({ userId: me, amount: 50, reason: 'purchase', featureType: 'chest' });
  await openWallet(page);
  const rows = page.locator('[data-entry]');
  await expect(rows).toHaveCount(3);
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('hold');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('Held for Custom song');
  await expect(page).toHaveURL(/\?kind=hold$/);
  await page.getByRole('button', { name: 'In escrow' }).click();
  await expect(rows).toContainText('300 in escrow');
  await page.reload();
  await expect(rows).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'In escrow' })).toHaveAttribute('aria-pressed', 'true');

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export' }).click()]);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split(/\r?\n/);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('300');

  await page.getByRole('combobox', { name: 'Kind' }).selectOption('refund');
  await expect(page.getByText('Nothing like this')).toBeVisible();
  await takePictures(page, 'wallet.filtered');
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect(rows).toHaveCount(3);
  await expect(page).toHaveURL(/\/wallet$/);
});

test('new lines wait while somebody reads, and older ones come by hand', async ({ page }) => {
  await join(page, newPerson());
  const me = await userIdOf(page.context());
  for (let line = 0; line < 35; line += 1) await wallets.give(me, 10);
  await openWallet(page);
  const rows = page.locator('[data-entry]');
  await expect(rows).toHaveCount(30);
  await page.getByRole('button', { name: 'Show older' }).click();
  await expect(rows).toHaveCount(35);
  await expect(page.getByRole('button', { name: 'Show older' })).toBeHidden();

  await rows.nth(2).hover();
  await wallets.give(me, 5);
  await wallets.give(me, 5);
  await expect(part(page, 'available')).toHaveText('360');
  const fresh = page.getByRole('button', { name: '2 new' });
  await expect(fresh).toBeVisible();
  await expect(rows).toHaveCount(35);
  await fresh.press('Enter');
  await expect(rows).toHaveCount(37);
  await expect(rows.first()).toContainText('+5');
});
