import { expect, test } from '@playwright/test';
import type { RequestsResponse } from '@skelly/types/marketplace';
import { pressLate, untilLate } from './support/late';
import { ask, disputed, joinAsCreator, joinWithPoints, standing, step } from './support/market';
import { join, joinAsAdmin, newPerson, untilLive } from './support/people';
import { shown } from './support/shown';

test('focus stays on the page when somebody else takes a button away', async ({ page, browser }) => {
  const teo = await joinAsCreator(browser);
  await joinWithPoints(page);
  const { requestId } = await ask(page, teo, { title: 'Custom song', amount: 100 });
  await page.goto(`/requests/${requestId}`);
  await untilLive(page);
  await page.getByRole('button', { name: 'Withdraw' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Withdraw it' })).toBeFocused();
  await step(teo.page, requestId, 'accept');
  await expect(standing(page)).toContainText('is working on it');
  await expect(page.getByRole('button', { name: 'Withdraw it' })).toBeHidden();
  await expect(page.getByRole('main').locator(':focus')).toBeAttached();
  await teo.page.context().close();
});

test('focus stays in the panel of a dispute that was decided, and goes to the list with it', async ({
  page,
  browser,
}) => {
  const teo = await joinAsCreator(browser);
  const mara = await (await browser.newContext()).newPage();
  await joinWithPoints(mara);
  const { requestId } = await disputed(mara, teo, 'Night song', 'It is silent.');
  await Promise.all([teo.page.context().close(), mara.context().close()]);
  await joinAsAdmin(page);
  await page.goto(`/ops/disputes?request=${requestId}`);
  await untilLive(page);
  const form = page.getByRole('form', { name: 'Decide' });
  await form.getByLabel('Why').fill('It is silent indeed.');
  await form.getByRole('button', { name: 'Decide…' }).press('Enter');
  const decide = form.getByRole('button', { name: 'Decide so' });
  await expect(decide).toBeFocused();
  await untilLate(decide);
  await decide.press('Enter');
  await expect(form).toBeHidden();
  await expect(page.getByLabel('Chosen dispute').locator(':focus')).toBeAttached();
  await expect(page.locator(`[data-dispute="${requestId}"]`)).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Disputes, oldest first' })).toBeFocused();
});

test('what one member asks for is not done as another who has signed in since', async ({ page, browser }) => {
  const teo = await joinAsCreator(browser);
  await joinWithPoints(page);
  const { requestId } = await ask(page, teo, { title: 'Custom song', amount: 100 });
  await page.goto(`/requests/${requestId}`);
  await untilLive(page);
  const other = newPerson('Ines');
  // As in another tab of the same browser: this one is not told.
  await join(page, other);
  await page.getByRole('button', { name: 'Withdraw' }).click();
  const [request] = await Promise.all([
    page.waitForRequest('**/withdraw'),
    pressLate(page.getByRole('button', { name: 'Withdraw it' })),
  ]);
  const answer = await request.response();
  expect(answer?.status()).toBe(401);
  expect(await answer?.json()).toMatchObject({ code: 'another_member' });
  await teo.page.goto(`/requests/${requestId}`);
  await expect(standing(teo.page)).toContainText('Waiting for your answer');
  await teo.page.context().close();
});

test('a request that is made while the list is read stays in it', async ({ page, browser }) => {
  const teo = await joinAsCreator(browser);
  await joinWithPoints(page);
  await ask(page, teo, { title: 'First song', amount: 100 });
  let isRead = false;
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  // The list is read, and its answer takes its time. What it brings is marked.
  await page.route('**/api/requests?*', async (route) => {
    const answer = await route.fetch();
    const list = (await answer.json()) as RequestsResponse;
    isRead = true;
    await released;
    const items = list.items.map((item) => ({ ...item, title: `${item.title}, as read` }));
    await route.fulfill({ response: answer, json: { ...list, items } }).catch(() => undefined);
  });
  await page.goto('/requests');
  await untilLive(page);
  await expect.poll(() => isRead).toBe(true);
  await ask(page, teo, { title: 'Second song', amount: 100 });
  const rows = shown(page.locator('[data-request]'));
  await expect(rows).toHaveCount(2);
  release();
  await expect(rows.last()).toContainText('First song, as read');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('Second song');
  await page.unrouteAll({ behavior: 'wait' });
  await teo.page.context().close();
});
