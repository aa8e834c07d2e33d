import { type Browser, expect, type Page, test } from '@playwright/test';
import { pressLate } from './support/late';
import { loseAfterNews, loseAnswers } from './support/lost';
import { ask, joinAsCreator, joinWithPoints } from './support/market';
import { join, newPerson, untilLive } from './support/people';
import { takePictures } from './support/pictures';
import { userIdOf } from './support/tabs';
import { fundAndMeet, openWallet, openWallets, part, reviewTransfer } from './support/wallets';

const TRANSFERS = '/api/wallet/transfers';

/** Opens the wallet of a member with 1,000 points, and has somebody whom they can be sent to. */
async function openWithPoints(page: Page, browser: Browser): Promise<string> {
  await join(page, newPerson());
  const teo = await fundAndMeet(page, browser, 1_000);
  await expect(part(page, 'available')).toHaveText('1,000');
  return teo;
}

test('a transfer whose answer is lost is sent once, and the same meant anew is sent anew', async ({
  page,
  browser,
}) => {
  const teo = await openWithPoints(page, browser);
  const find = await loseAnswers(page, TRANSFERS);
  await reviewTransfer(page, teo, '300');
  await pressLate(page.getByRole('button', { name: 'Send 300 points' }));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('alert')).toContainText('We do not know yet whether it was sent');
  // It was, and the page shows it as it learns of it.
  await expect(part(page, 'available')).toHaveText('700');
  await takePictures(page, 'wallet.transfer.unknown');
  await find();
  await pressLate(dialog.getByRole('button', { name: 'Try again' }));
  await expect(page.locator('[data-transfer="before"]')).toContainText('It had been sent already, by your first try.');
  await takePictures(page, 'wallet.transfer.before');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(part(page, 'available')).toHaveText('700');
  // It was read in the dialog.
  await expect(page.getByText('It had been sent already')).toBeHidden();

  await reviewTransfer(page, teo, '300');
  await pressLate(page.getByRole('button', { name: 'Send 300 points' }));
  await expect(page.locator('[data-transfer="sent"]')).toBeVisible();
  await expect(part(page, 'available')).toHaveText('400');
  await expect(page.locator('[data-entry="transfer"]')).toHaveCount(2);
});

test('what is not known of a transfer stays in the wallet, and another one does not hide it', async ({
  page,
  context,
  browser,
}) => {
  const teo = await openWithPoints(page, browser);
  const find = await loseAnswers(page, TRANSFERS);
  await reviewTransfer(page, teo, '300');
  await pressLate(page.getByRole('button', { name: 'Send 300 points' }));
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('We do not know yet');
  await page.keyboard.press('Escape');
  const notice = page
    .getByRole('main')
    .getByRole('alert')
    .filter({ hasText: `300 points to ${teo} went out` });
  await expect(notice).toBeVisible();
  await takePictures(page, 'wallet.transfer.open');
  await find();

  await test.step('also for whoever leaves the page and comes back', async () => {
    const places = page.getByRole('navigation', { name: 'Main' });
    await places.getByRole('link', { name: 'Home' }).click();
    await page.waitForURL('**/home');
    await places.getByRole('link', { name: 'Wallet' }).click();
    await page.waitForURL('**/wallet');
    await expect(notice).toBeVisible();
  });

  await test.step('whoever sends the same again is told that it is a second one', async () => {
    await reviewTransfer(page, teo, '300');
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('You have tried to send just this already');
    await takePictures(page, 'wallet.transfer.twin');
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Amount' }).fill('50');
    await page.keyboard.press('Enter');
    await pressLate(page.getByRole('button', { name: 'Send 50 points' }));
    await expect(page.locator('[data-transfer="sent"]')).toBeVisible();
    await page.getByRole('button', { name: 'Done' }).click();
  });
  await test.step('in another tab, too', async () => {
    const other = await context.newPage();
    await openWallet(other);
    await reviewTransfer(other, teo, '300');
    await expect(other.getByRole('dialog').getByRole('alert')).toContainText(
      'You have tried to send just this already',
    );
    await other.close();
  });
  await notice.getByRole('button', { name: 'Try again' }).click();
  const said = page.getByRole('main').getByRole('status').filter({ hasText: 'It had been sent already' });
  await expect(said).toBeVisible();
  await expect(part(page, 'available')).toHaveText('650');
  await said.getByRole('button', { name: 'Understood' }).press('Enter');
  await expect(said).toBeHidden();
  // The button is gone: the keyboard goes on at what was around it.
  await expect(page.locator(':focus').getByRole('button', { name: 'Send', exact: true })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Top up' })).toBeFocused();
});

test('a transfer of which nobody knows is not tried again once its key may be forgotten', async ({ page, browser }) => {
  await page.clock.install();
  const teo = await openWithPoints(page, browser);
  const sent: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === TRANSFERS) sent.push(request.url());
  });
  const find = await loseAnswers(page, TRANSFERS);
  const dialog = page.getByRole('dialog');
  await reviewTransfer(page, teo, '300');
  await pressLate(page.getByRole('button', { name: 'Send 300 points' }));
  await expect(dialog.getByRole('button', { name: 'Try again' })).toBeVisible();
  await find();
  await page.clock.fastForward('23:00:00');
  await expect(dialog.getByRole('alert')).toContainText('too long ago to be tried again safely');
  await expect(dialog).not.toContainText('nothing is done twice');
  await takePictures(page, 'wallet.transfer.stale-dialog');
  await pressLate(dialog.getByRole('button', { name: 'To your statement' }));
  await expect(dialog).toBeHidden();
  const notice = page.getByRole('main').getByRole('alert');
  await expect(notice).toContainText('Look into your statement first');
  await expect(notice.getByRole('button')).toHaveText(['I have looked']);
  await takePictures(page, 'wallet.transfer.stale');
  await notice.getByRole('button', { name: 'I have looked' }).click();
  await expect(notice).toBeHidden();
  expect(sent).toHaveLength(1);
});

test('a request whose answer is lost is made once, though its form was closed', async ({ page, browser }) => {
  const teo = await joinAsCreator(browser);
  await teo.page.context().close();
  await joinWithPoints(page, 2_000);
  await page.goto(`/creators?q=${encodeURIComponent(teo.name)}`);
  await untilLive(page);
  const find = await loseAnswers(page, '/api/requests');
  const open = page.getByRole('button', { name: `Request something of ${teo.name}` });
  const sheet = page.getByRole('dialog');
  await open.click();
  await sheet.getByLabel('What you would like').fill('Custom song');
  await sheet.getByLabel('Price in points').fill('1,200');
  await sheet.getByRole('button', { name: 'Request for 1,200 points' }).click();
  await expect(sheet.getByRole('alert')).toContainText(
    'We do not know yet whether it was made. Nothing is held twice.',
  );
  // What was held for it is no reason to doubt its price.
  await expect(sheet.getByText('You have 800 points', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(open).toBeFocused();
  await find();

  await open.click();
  const doubt = sheet.getByText(`We do not know yet whether this reached ${teo.name}`);
  await expect(doubt).toBeVisible();
  await sheet.getByRole('link', { name: 'your requests' }).click();
  await page.waitForURL('**/requests');
  await page.goBack();
  await open.click();
  await expect(doubt).toBeVisible();
  await expect(sheet.getByLabel('What you would like')).toHaveValue('Custom song');
  // Of what is held since, the form has heard.
  await expect(sheet.getByText('You have 800 points', { exact: true })).toBeVisible();
  await takePictures(page, 'creators.open');
  await sheet.getByRole('button', { name: 'Request for 1,200 points' }).click();
  await expect(sheet.getByText(`“Custom song” had reached ${teo.name} already`)).toBeVisible();
  await takePictures(page, 'creators.already');
  await sheet.getByRole('link', { name: 'To your request' }).click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  await page.goto('/requests');
  await untilLive(page);
  await expect(page.locator('[data-request]')).toHaveCount(1);
});

test('requests whose answers are lost are known in every tab, and each is made once', async ({
  page,
  context,
  browser,
}) => {
  const teo = await joinAsCreator(browser);
  await teo.page.context().close();
  await joinWithPoints(page, 2_000);
  const other = await context.newPage();
  const tabs = [page, other] as const;
  const sheetOf = (tab: Page) => tab.getByRole('dialog');
  const open = (tab: Page) => tab.getByRole('button', { name: `Request something of ${teo.name}` }).click();
  const finds: (() => Promise<void>)[] = [];
  for (const tab of tabs) {
    await tab.goto(`/creators?q=${encodeURIComponent(teo.name)}`);
    await untilLive(tab);
    finds.push(await loseAnswers(tab, '/api/requests'));
  }
  const ask = async (tab: Page, title: string, price: string) => {
    await sheetOf(tab).getByLabel('What you would like').fill(title);
    await sheetOf(tab).getByLabel('Price in points').fill(price);
    await sheetOf(tab)
      .getByRole('button', { name: `Request for ${price} points` })
      .click();
    await expect(sheetOf(tab).getByRole('alert')).toContainText('We do not know yet whether it was made');
    await tab.keyboard.press('Escape');
  };
  await open(page);
  await ask(page, 'Custom song', '1,200');

  await open(other);
  await expect(sheetOf(other).getByLabel('What you would like')).toHaveValue('Custom song');
  await ask(other, 'A portrait of my cat', '300');

  await open(page);
  await expect(sheetOf(page).getByText(`We do not know yet whether these reached ${teo.name}`)).toBeVisible();
  await expect(sheetOf(page).getByLabel('What you would like')).toHaveValue('A portrait of my cat');
  await takePictures(page, 'creators.two');
  await open(other);
  for (const find of finds) await find();
  await sheetOf(other).getByRole('button', { name: 'Request for 300 points' }).click();
  await expect(sheetOf(other).getByText(`“A portrait of my cat” had reached ${teo.name} already`)).toBeVisible();
  await expect(sheetOf(page).getByText('Look at your requests before you send this')).toBeVisible();
  await takePictures(page, 'creators.known');

  await sheetOf(page).getByRole('button', { name: 'Fill in “Custom song” for 1,200 points' }).click();
  await expect(sheetOf(page).getByLabel('What you would like')).toHaveValue('Custom song');
  await sheetOf(page).getByRole('button', { name: 'Request for 1,200 points' }).click();
  await expect(sheetOf(page).getByText(`“Custom song” had reached ${teo.name} already`)).toBeVisible();
  await page.goto('/requests');
  await untilLive(page);
  await expect(page.locator('[data-request]')).toHaveCount(2);
});

test('a step of which the page has heard is not doubted when its answer is lost', async ({ page, browser }) => {
  const teo = await joinAsCreator(browser);
  await joinWithPoints(page);
  const { requestId } = await ask(page, teo, { title: 'Custom song', amount: 100 });
  await teo.page.goto(`/requests/${requestId}`);
  await untilLive(teo.page);
  const main = teo.page.getByRole('main');
  await loseAfterNews(teo.page, `/api/requests/${requestId}/accept`, {
    give: () => main.getByRole('button', { name: 'Accept' }).click(),
    news: () => expect(main.getByRole('button', { name: 'I have performed' })).toBeVisible(),
    read: `/api/requests/${requestId}`,
  });
  await expect(main.getByRole('alert')).toBeHidden();
  await teo.page.context().close();
});

test('earnings of which the page has heard are not doubted when their answer is lost', async ({ page, browser }) => {
  const fan = await (await browser.newContext()).newPage();
  await join(fan, newPerson('Ines'));
  const fanId = await userIdOf(fan.context());
  await fan.context().close();
  await join(page, newPerson());
  const wallets = await openWallets();
  await wallets.give(fanId, 500);
  await wallets.pay(fanId, await userIdOf(page.context()), 400, 'midnight-set');
  await wallets.close();
  await openWallet(page);
  await loseAfterNews(page, '/api/wallet/earnings/collect', {
    give: () => page.getByRole('button', { name: 'Collect 400 earned' }).click(),
    news: () => expect(page.locator('[data-entry="transfer"]')).toContainText('Earnings collected'),
    read: '/api/wallet',
  });
  await expect(part(page, 'available')).toHaveText('400');
  await expect(page.getByRole('main').getByRole('alert')).toBeHidden();
});
