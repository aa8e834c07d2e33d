import { expect, test } from '@playwright/test';
import type { Preferences } from '@skelly/types/preference';
import type { MeResponse } from '@skelly/types/user';
import { watchConsole } from './support/console-watch';
import { mailTo, verificationLink } from './support/mail';
import { newPerson, register, signInAsAdmin, untilLive } from './support/people';
import { shown } from './support/shown';

test('a visitor registers and everything arrives by itself, in every tab and for operations', async ({
  browser,
  context,
  page,
}) => {
  const person = newPerson();
  const console = watchConsole(page);

  // An admin watches, and two tabs of the visitor's browser are open before the session begins.
  const operations = await (await browser.newContext()).newPage();
  await signInAsAdmin(operations);
  await untilLive(operations);
  const registrations = operations.locator('[data-figure="registrations"] dd');
  const before = Number(((await registrations.textContent()) ?? '').replace(/\D/g, ''));
  const early = await context.newPage();
  await early.goto('/register');
  const front = await context.newPage();
  await front.goto('/');
  // A browser without a window calls every tab visible, so this one says itself that nobody can see it.
  const hidden = await context.newPage();
  await hidden.addInitScript(() =>
    Object.defineProperty(document, 'visibilityState', { get: () => ('seen' in window ? 'visible' : 'hidden') }),
  );
  await hidden.goto('/register');

  await page.bringToFront();
  await register(page, person);
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }));

  const seesWelcome = async (tab: typeof page) => {
    const main = tab.getByRole('main');
    await expect(main.getByRole('heading', { level: 1 })).toContainText(person.displayName);
    await expect(main.getByRole('button', { name: 'Notifications, 1 new' })).toBeVisible();
    await expect(main.getByRole('list', { name: 'Latest activity' }).getByRole('listitem')).toHaveCount(1);
  };
  await test.step('this tab: name, toast, bell, list', async () => {
    await seesWelcome(page);
    await expect(page.locator('[data-toast]')).toContainText(/welcome/i);
    await page.getByRole('button', { name: 'Notifications, 1 new' }).click();
    await expect(page.getByRole('dialog', { name: 'Notifications' }).getByRole('listitem')).toContainText(/welcome/i);
    await page.keyboard.press('Escape');
  });

  await test.step('tabs that were open before', async () => {
    await early.waitForURL('**/home');
    await seesWelcome(early);
    await expect(early.locator('[data-toast]')).toContainText(/welcome/i);
    await expect(front.getByRole('button', { name: 'Notifications, 1 new' })).toBeVisible();
  });

  const later = await context.newPage();
  await test.step('a tab that is opened after', async () => {
    await later.goto('/home');
    await seesWelcome(later);
    await untilLive(later);
  });

  await test.step('operations sees the event arrive and the counter move', async () => {
    await expect(operations.locator('[data-type="user:registered"]').first()).toBeVisible();
    await expect
      .poll(async () => Number(((await registrations.textContent()) ?? '').replace(/\D/g, '')))
      .toBeGreaterThan(before);
    await operations.locator('[data-type="user:registered"] button').first().click();
    const chosen = operations.getByRole('complementary', { name: 'Chosen event' });
    await expect(chosen.getByRole('heading', { name: 'user:registered' })).toBeVisible();
    await expect(chosen.getByRole('heading', { name: 'Way of this event' })).toBeVisible();
    await expect(chosen.locator('ul > li')).not.toHaveCount(0);
    await expect(operations.locator('[data-type="user:registered"]').first()).toContainText(/(\d) of \1 finished/);
  });

  await test.step('operations sees on how many screens it has arrived, and a hidden tab is none', async () => {
    await expect(hidden.getByRole('button', { name: 'Notifications, 1 new' })).toBeVisible();
    const { user } = (await (await context.request.get('/api/auth/me')).json()) as MeResponse;
    const own = operations.locator(`td[title="user:${user.id}"]`);
    await operations.locator('[data-type="notification:created"]', { has: own }).getByRole('button').click();
    const chosen = operations.getByRole('complementary', { name: 'Chosen event' });
    await expect(chosen.getByRole('heading', { name: 'notification:created' })).toBeVisible();
    await expect(chosen.getByText(/^Shown in 3 tabs, [\d.]+ m?s after the click\.$/)).toBeVisible();
    await expect(chosen.getByRole('listitem').filter({ hasText: 'Shown · 3 tabs' })).toBeVisible();
    await hidden.evaluate(() => Object.assign(window, { seen: true }));
    await expect(chosen.getByText(/^Shown in 4 tabs, /)).toBeVisible();
  });

  await test.step('preferences exist', async () => {
    await expect.poll(async () => (await context.request.get('/api/preferences')).status()).toBe(200);
    const preferences = (await (await context.request.get('/api/preferences')).json()) as Preferences;
    expect(preferences.notifications.filter(({ enabled }) => enabled).length).toBeGreaterThan(0);
  });

  await test.step('reading in one tab reads in all', async () => {
    await later.getByRole('button', { name: 'Notifications, 1 new' }).click();
    await later.getByRole('button', { name: 'Mark all read' }).click();
    await expect(page.getByRole('main').getByRole('button', { name: 'Notifications', exact: true })).toBeVisible();
    await expect(shown(page.locator('[data-step="welcome"]'))).toHaveAttribute('data-done', 'true');
  });

  await test.step('the link of the welcome mail confirms the address, and home shows it live', async () => {
    await expect(shown(page.locator('[data-step="email"]'))).toHaveAttribute('data-done', 'false');
    const link = verificationLink(await mailTo(person.email));
    const mailTab = await context.newPage();
    await mailTab.goto(link);
    await expect(mailTab.getByRole('heading', { name: 'Your email is confirmed' })).toBeVisible();
    await expect(shown(page.locator('[data-step="email"]'))).toHaveAttribute('data-done', 'true');
    await expect(shown(later.locator('[data-step="email"]'))).toHaveAttribute('data-done', 'true');
  });

  await test.step('signing out in one tab signs all out', async () => {
    await later.getByRole('button', { name: /^Account of/ }).click();
    await later.getByRole('button', { name: 'Sign out' }).click();
    await later.waitForURL((url) => url.pathname === '/');
    await early.waitForURL('**/login**');
    await expect(page).toHaveURL(/\/login\?next=%2Fhome/);
  });

  expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true);
  expect(console.take({ broken: false })).toEqual([]);
});
