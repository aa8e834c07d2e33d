import { expect, type Page, test } from '@playwright/test';
import { watchConsole } from './support/console-watch';
import { holdRequests } from './support/hold';
import { pressLate, untilLate } from './support/late';
import { ask, disputed, expectMoney, joinAsCreator, joinWithPoints, standing, step } from './support/market';
import { joinAsAdmin, untilLive } from './support/people';
import { takePictures } from './support/pictures';
import { shown } from './support/shown';
import { watchReads } from './support/tabs';

const row = (page: Page, title: string) => shown(page.locator('[data-request]').filter({ hasText: title }));
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

test('a fan asks, the creator performs a part, the fan pays it: live on both sides, without a reload', async ({
  page,
  browser,
}) => {
  const said = watchConsole(page);
  const teo = await joinAsCreator(browser);
  await joinWithPoints(page);
  await teo.page.goto('/requests?side=creator');
  await untilLive(teo.page);
  await expect(shown(teo.page.getByText('Nobody has asked yet'))).toBeVisible();

  await page.goto('/requests');
  await untilLive(page);
  await page.getByRole('main').getByRole('link', { name: 'Find a creator' }).click();
  await page.getByLabel('Search creators by name').fill(teo.name);
  await button(page, `Request something of ${teo.name}`).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Request' }).click();
  await expect(sheet.getByText('Say what you would like')).toBeVisible();
  await sheet.getByLabel('What you would like').fill('Custom song');
  await sheet.getByLabel('Details').fill('In a minor key.');
  await sheet.getByLabel('Price in points').fill('1,200');
  await button(page, 'Request for 1,200 points').click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  await expect(standing(page)).toContainText(`Waiting for ${teo.name} to answer`);
  await expectMoney(page, 'Held', '1,200');

  await test.step('the creator sees it come, and accepts', async () => {
    await row(teo.page, 'Custom song').click();
    await expect(teo.page.getByText('In a minor key.')).toBeVisible();
    await untilLive(teo.page);
    await button(teo.page, 'Accept').click();
    await expect(standing(page)).toContainText(`${teo.name} is working on it`);
    await expect(button(page, 'Withdraw')).toBeHidden();
  });
  const reads = watchReads([page, teo.page]);
  await test.step('performs a part', async () => {
    await button(teo.page, 'I have performed').click();
    await teo.page.getByLabel(/^Points for what you did/).fill('1300');
    await button(teo.page, /^Performed in/).click();
    await expect(teo.page.getByText('Type a whole number from 1 to 1,200.')).toBeVisible();
    await teo.page.getByLabel(/^Points for what you did/).fill('400');
    await button(teo.page, 'Performed in part').click();
    await expect(standing(teo.page)).toContainText('waiting for Mara to confirm');
    await expect(standing(page)).toContainText('Performed in part: yours to confirm');
  });
  await test.step('and is paid it', async () => {
    await button(page, 'Confirm and pay 400 points').click();
    for (const each of [page, teo.page]) {
      await expect(standing(each)).toContainText('Paid in part: 400 of 1,200 points');
      await expectMoney(each, 'Held', '0');
      await expectMoney(each, /^Paid to/, '400');
      await expectMoney(each, /^Back to/, '800');
      await expect(each.getByRole('list', { name: 'What happened' }).getByRole('listitem')).toHaveCount(4);
    }
  });
  expect(reads).toEqual([]);
  expect(said.take({ broken: false })).toEqual([]);
  await teo.page.context().close();
});

test('a dispute comes up in operations, and what support decides shows on both sides', async ({ page, browser }) => {
  const teo = await joinAsCreator(browser);
  await joinWithPoints(page);
  const ada = await (await browser.newContext()).newPage();
  await joinAsAdmin(ada);
  await ada.goto('/ops/disputes');
  await untilLive(ada);
  const title = `Night song ${crypto.randomUUID().slice(0, 6)}`;
  const { requestId } = await disputed(page, teo, title, 'It is silent.');
  for (const each of [page, teo.page]) {
    await each.goto(`/requests/${requestId}`);
    await untilLive(each);
    await expect(standing(each)).toContainText('Disputed, support decides');
    await expect(shown(each.getByText('It is silent.'))).toBeVisible();
  }
  await takePictures(page, 'requests.requestId.disputed');
  // By itself, in the list that is open.
  await ada.locator(`[data-dispute="${requestId}"]`).getByRole('button', { name: title }).click();
  const form = ada.getByRole('form', { name: 'Decide' });
  await button(ada, 'Decide…').click();
  await expect(form.getByText('Say why; both sides can read it.')).toBeVisible();
  await form.getByLabel(/^Exactly/).fill('0');
  await form.getByLabel('Why').fill('Silence is no song.');
  await button(ada, 'Decide…').click();
  await expect(form.getByText(`${teo.name} gets nothing, all 1,200 points go back to Mara.`)).toBeVisible();
  await ada.keyboard.press('Escape');
  await expect(button(ada, 'Decide…')).toBeFocused();
  await button(ada, 'Decide…').click();
  await pressLate(button(ada, 'Decide so'));
  await expect(ada.locator(`[data-dispute="${requestId}"]`)).toBeHidden();
  await expect(standing(page)).toContainText('All came back to you');
  await expect(standing(teo.page)).toContainText('All went back to Mara');
  await takePictures(page, 'requests.requestId.back');
  for (const each of [page, teo.page]) {
    await expect(shown(each.getByText('Silence is no song.'))).toBeVisible();
    await expectMoney(each, /^Back to/, '1,200');
  }
  await Promise.all([ada.context().close(), teo.page.context().close()]);
});

test('an action stands at once, and comes back with its reason when it is refused', async ({ page, browser }) => {
  const teo = await joinAsCreator(browser);
  await joinWithPoints(page);
  const { requestId } = await ask(page, teo, { title: 'Custom song', amount: 100 });
  let isLoaded = false;
  teo.page.once('load', () => {
    isLoaded = true;
  });
  // Its reason needs no script that the page has not come with.
  const releaseScripts = await holdRequests(teo.page, (request) => isLoaded && request.resourceType() === 'script');
  await teo.page.goto(`/requests/${requestId}`);
  await untilLive(teo.page);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await teo.page.route('**/accept', async (route) => {
    await held;
    await route.continue();
  });
  await button(teo.page, 'Accept').click();
  await expect(standing(teo.page)).toContainText('Yours to perform');
  await expect(standing(teo.page)).toContainText('Sending…');
  // The fan was faster.
  await step(page, requestId, 'withdraw');
  release();
  await expect(teo.page.getByRole('alert').filter({ hasText: 'This request was withdrawn' })).toBeVisible();
  await expect(standing(teo.page)).toContainText('Mara withdrew it');
  await releaseScripts();
  await teo.page.context().close();
});

test('nobody else sees a request', async ({ page, browser }) => {
  const teo = await joinAsCreator(browser);
  const ines = await joinAsCreator(browser, 'Ines');
  await joinWithPoints(page);
  const { requestId } = await ask(page, teo, { title: 'Custom song', amount: 100 });
  await ines.page.goto(`/requests/${requestId}`);
  await expect(ines.page.getByRole('heading', { level: 1, name: 'There is nothing here' })).toBeVisible();
  await Promise.all([teo.page.context().close(), ines.page.context().close()]);
});

test('ask and withdraw without a mouse', async ({ page, browser }) => {
  const teo = await joinAsCreator(browser);
  await teo.page.context().close();
  await joinWithPoints(page);
  await page.goto('/creators');
  await untilLive(page);
  await page.keyboard.press('/');
  await page.keyboard.type(teo.name);
  await expect(page.locator('[data-creator]')).toHaveCount(1);
  await page.keyboard.press('Tab');
  await expect(button(page, `Request something of ${teo.name}`)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('What you would like')).toBeFocused();
  await page.keyboard.type('A dance');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('50');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  await untilLive(page);
  await button(page, 'Withdraw').focus();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Withdraw it')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button(page, 'Withdraw')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Withdraw it')).toBeFocused();
  await untilLate(button(page, 'Withdraw it'));
  await page.keyboard.press('Enter');
  await expect(standing(page)).toContainText('You withdrew it');
});

test('older requests come when they are asked for, and a page that fails is asked for again', async ({
  page,
  browser,
}) => {
  const teo = await joinAsCreator(browser);
  await teo.page.context().close();
  await joinWithPoints(page);
  for (const title of ['First song', 'Second song', 'Third song']) {
    const { requestId } = await ask(page, teo, { title, amount: 100 });
    await step(page, requestId, 'withdraw');
  }
  await page.goto('/requests');
  await untilLive(page);
  let fails = true;
  await page.route('**/api/requests?*', (route) => {
    const url = new URL(route.request().url());
    if (fails && url.searchParams.has('before')) return route.fulfill({ status: 503, body: '' });
    url.searchParams.set('limit', '2');
    return route.continue({ url: url.href });
  });
  await button(page, 'Ended').click();
  const rows = page.getByRole('list', { name: 'Requests' }).getByRole('listitem');
  await expect(rows).toHaveCount(2);
  await button(page, 'Show older').click();
  await expect(page.getByRole('alert').filter({ hasText: 'Older requests could not be loaded' })).toBeVisible();
  fails = false;
  await button(page, 'Try again').click();
  await expect(rows).toHaveCount(3);
  await expect(rows.last()).toContainText('First song');
  await expect(button(page, 'Show older')).toBeHidden();
});
