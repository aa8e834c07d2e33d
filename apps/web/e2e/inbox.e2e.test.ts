import { expect, type Page, test } from '@playwright/test';
import { join, newPerson, untilLive } from './support/people';

const rows = (page: Page) => page.getByRole('list', { name: 'Notifications' }).getByRole('listitem');
const welcome = (page: Page) => rows(page).filter({ hasText: 'Welcome to Skelly' });
const bell = (page: Page, name: string) =>
  expect(page.getByRole('main').getByRole('button', { name, exact: true })).toBeVisible();

test('what is done in one tab shows in all: read, new again, archived, undone', async ({ page, context }) => {
  await join(page, newPerson());
  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto('/notifications');
    await untilLive(tab);
    await expect(welcome(tab)).toHaveCount(1);
    await bell(tab, 'Notifications, 1 new');
  }
  await page.bringToFront();
  await page.getByRole('button', { name: 'Mark read: Welcome to Skelly' }).click();
  for (const tab of [page, other]) await bell(tab, 'Notifications');
  await other.getByRole('button', { name: 'Mark as new: Welcome to Skelly' }).click();
  for (const tab of [page, other]) await bell(tab, 'Notifications, 1 new');

  await page.getByRole('button', { name: 'Archive: Welcome to Skelly' }).click();
  for (const tab of [page, other]) await bell(tab, 'Notifications');
  await expect(other.getByText('Nothing yet')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused();
  await page.keyboard.press('Enter');
  for (const tab of [page, other]) {
    await bell(tab, 'Notifications, 1 new');
    await expect(welcome(tab)).toHaveCount(1);
  }
});

test('a part of the inbox has an address, and back and forth nothing is lost', async ({ page }) => {
  await join(page, newPerson());
  await page.goto('/notifications?show=archived');
  await untilLive(page);
  await expect(page.getByText('The archive is empty')).toBeVisible();
  await page.getByRole('button', { name: 'Unread', exact: true }).click();
  await expect(page).toHaveURL(/\?show=unread$/);
  await expect(welcome(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Mark read: Welcome to Skelly' }).click();
  await expect(page.getByText('Read: Welcome to Skelly')).toBeVisible();
  await page.getByRole('button', { name: 'Inbox', exact: true }).click();
  await expect(page).toHaveURL(/\/notifications$/);
  await page.getByRole('button', { name: 'Archive: Welcome to Skelly' }).click();
  await page.goto('/notifications?show=archived');
  await expect(welcome(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Put back: Welcome to Skelly' }).click();
  await page.goto('/notifications');
  await expect(welcome(page)).toHaveCount(1);
});

test('what the server does not do goes back, with a word at its place', async ({ page }) => {
  await join(page, newPerson());
  await page.goto('/notifications');
  await untilLive(page);
  await expect(welcome(page)).toHaveCount(1);
  const refusal = { status: 409, contentType: 'application/problem+json', body: '{"detail":"Refused by a test."}' };
  await page.route('**/api/notifications/*/archive', (route) => route.fulfill(refusal));
  await page.getByRole('button', { name: 'Archive: Welcome to Skelly' }).click();
  await expect(welcome(page).getByRole('alert')).toContainText('Not archived');
  await bell(page, 'Notifications, 1 new');
  await page.unrouteAll({ behavior: 'wait' });
  await page.getByRole('button', { name: 'Archive: Welcome to Skelly' }).click();
  await bell(page, 'Notifications');
});

test('what the server cannot take just now stands, and is sent when it can', async ({ page }) => {
  await join(page, newPerson());
  await page.goto('/notifications');
  await untilLive(page);
  await expect(welcome(page)).toHaveCount(1);
  const answers: number[] = [];
  await page.route('**/api/notifications/*/archive', async (route) => {
    if (answers.push(503) === 1) return route.fulfill({ status: 503 });
    return route.continue();
  });
  await expect(page).toHaveTitle(/^\(1\) Notifications/);
  const archived = page.waitForResponse((answer) => answer.url().endsWith('/archive') && answer.ok());
  await page.getByRole('button', { name: 'Archive: Welcome to Skelly' }).click();
  await bell(page, 'Notifications');
  await expect(page).toHaveTitle(/^Notifications/);
  await archived;
  expect(answers).toHaveLength(2);
  await page.reload();
  await bell(page, 'Notifications');
});

test('a part that cannot be loaded says so, and comes on a click', async ({ page }) => {
  await join(page, newPerson());
  const failing = { status: 503, contentType: 'application/problem+json', body: '{}' };
  await page.route('**/api/notifications?filter=archived**', (route) => route.fulfill(failing));
  await page.goto('/notifications?show=archived');
  await expect(page.getByRole('alert').filter({ hasText: 'could not be loaded' })).toBeVisible();
  await page.unrouteAll({ behavior: 'wait' });
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('The archive is empty')).toBeVisible();
});

test('a choice is kept at once, in every tab, and what follows it says why', async ({ page, context }) => {
  await join(page, newPerson());
  const other = await context.newPage();
  const mail = (tab: Page) => tab.getByRole('group', { name: 'Account' }).getByRole('switch', { name: 'By mail' });
  for (const tab of [page, other]) {
    await tab.goto('/settings/notifications');
    await untilLive(tab);
    await expect(mail(tab)).not.toBeChecked();
  }
  await mail(page).click();
  await expect(mail(other)).toBeChecked();
  await other.reload();
  await expect(mail(other)).toBeChecked();
  await expect(
    page.getByRole('group', { name: 'Security' }).getByRole('switch', { name: 'In the app' }),
  ).toBeDisabled();

  await page.goto('/notifications');
  await page.getByRole('button', { name: 'Why this?' }).click();
  await expect(page.getByText('In the app: delivered, because Getting started is on')).toBeVisible();
  await expect(page.getByText(/^By mail: (delivered|on its way)/)).toBeVisible();
});
