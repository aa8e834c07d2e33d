import { expect, test } from '@playwright/test';
import { holdRequests } from './support/hold';
import { untilLate } from './support/late';
import { join, newPerson } from './support/people';
import { takePictures } from './support/pictures';
import { userIdOf } from './support/tabs';
import { openWallet, openWallets, ownName, part, reviewTransfer } from './support/wallets';

type Wallets = Awaited<ReturnType<typeof openWallets>>;
let wallets: Wallets;
test.beforeAll(async () => {
  wallets = await openWallets();
});
test.afterAll(() => wallets.close());

test('earnings are collected on top of what is spent meanwhile', async ({ page, browser }) => {
  await join(page, newPerson());
  const me = await userIdOf(page.context());
  await wallets.give(me, 1_000);
  const fan = await browser.newContext();
  const fanPage = await fan.newPage();
  await join(fanPage, newPerson('Ines'));
  const fanId = await userIdOf(fan);
  await wallets.give(fanId, 500);
  await wallets.pay(fanId, me, 400, 'midnight-set');
  await openWallet(page);
  const release = await holdRequests(page, (request) => request.url().endsWith('/api/wallet/earnings/collect'));
  await page.getByRole('button', { name: 'Collect 400 earned' }).click();
  await expect(part(page, 'available')).toHaveText('1,400');
  await wallets.service.debit({ userId: me, amount: 900, reason: 'purchase' });
  await expect(part(page, 'available')).toHaveText('500');
  await expect(part(page, 'earned')).toHaveText('0');
  await release();
  await expect(page.locator('[data-entry="transfer"]')).toContainText('Earnings collected');
  await expect(part(page, 'available')).toHaveText('500');

  await test.step('and what was collected is not said of what comes later', async () => {
    const said = page.getByRole('status').filter({ hasText: 'collected' });
    await expect(said).toBeVisible();
    await wallets.pay(fanId, me, 100, 'midnight-set');
    await expect(page.getByRole('button', { name: 'Collect 100 earned' })).toBeVisible();
    await wallets.service.transfer({
      userId: me,
      toUserId: me,
      fromAccount: 'earnings',
      amount: 100,
      reason: 'member_transfer',
    });
    await expect(page.getByRole('button', { name: 'Collect 100 earned' })).toBeHidden();
    await expect(said).toBeHidden();
  });
  await fan.close();
});

test('what was read of one currency never stands for another that could not be read', async ({ page }) => {
  await join(page, newPerson());
  const me = await userIdOf(page.context());
  await wallets.give(me, 1_000);
  await wallets.service.credit({ userId: me, amount: 7, currency: 'gems', reason: 'reward' });
  await openWallet(page);
  await expect(page.locator('[data-entry]')).toHaveCount(1);
  const isOfGems = (url: URL) => url.searchParams.get('currency') === 'gems' && url.pathname.startsWith('/api/wallet/');
  await page.route(isOfGems, (route) => route.fulfill({ status: 503, body: '' }));
  await page.getByRole('button', { name: 'Gems 7' }).click();
  const alerts = ['The chart could not be read', 'The statement could not be read'].map((words) =>
    page.getByRole('alert').filter({ hasText: words }),
  );
  for (const alert of alerts) await expect(alert).toBeVisible();
  await expect(page.locator('[data-entry]')).toHaveCount(0);
  await expect(page.getByRole('figure')).toBeHidden();
  await takePictures(page, 'wallet.unread');
  await page.unroute(isOfGems);
  for (const alert of alerts) await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('[data-entry="credit"]')).toContainText('7 available');
  await expect(page.getByRole('figure')).toContainText('7 now');
});

test('neither a held key nor a double click goes past the last look at a transfer', async ({ page, browser }) => {
  await join(page, newPerson());
  await wallets.give(await userIdOf(page.context()), 1_000);
  const teo = newPerson(ownName('Teo'));
  const other = await browser.newContext();
  await join(await other.newPage(), teo);
  await page.clock.install();
  await openWallet(page);
  let isSent = false;
  page.on('request', (request) => {
    isSent ||= request.url().endsWith('/api/wallet/transfers');
  });
  await reviewTransfer(page, teo.displayName, '300');
  const dialog = page.getByRole('dialog');
  const send = dialog.getByRole('button', { name: 'Send 300 points' });
  await dialog.getByRole('button', { name: 'Back' }).click();
  await dialog.getByRole('textbox', { name: 'Amount' }).focus();
  await page.keyboard.down('Enter');
  await untilLate(send);
  await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await dialog.getByRole('button', { name: 'Back' }).click();
  // Its first moment lasts as long as the clock stands still.
  await page.clock.pauseAt(Date.now() + 1_000);
  await dialog.getByRole('button', { name: 'Review' }).click();
  await expect(send).toHaveAttribute('data-late', 'false');
  await send.click();
  await page.clock.resume();
  await untilLate(send);
  expect(isSent).toBe(false);
  await send.press('Enter');
  await expect(page.locator('[data-transfer="sent"]')).toBeVisible();
  await other.close();
});

test('a transfer that was begun stays in its currency, whatever the address names meanwhile', async ({
  page,
  browser,
}) => {
  await join(page, newPerson());
  const me = await userIdOf(page.context());
  await wallets.give(me, 1_000);
  await wallets.service.credit({ userId: me, amount: 700, currency: 'gems', reason: 'reward' });
  const teo = newPerson(ownName('Teo'));
  const other = await browser.newContext();
  await join(await other.newPage(), teo);
  await openWallet(page);
  await reviewTransfer(page, teo.displayName, '300');
  await page.evaluate(() => window.history.replaceState(null, '', '?currency=gems'));
  await expect(page.locator('[data-wallet="gems"]')).toBeVisible();
  const dialog = page.getByRole('dialog', { name: 'Send points' });
  await expect(dialog).toContainText('You keep 700 points');
  await expect(dialog.getByRole('button', { name: 'Send 300 points' })).toBeVisible();
  await other.close();
});
