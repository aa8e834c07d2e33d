import { expect, type Page, test } from '@playwright/test';
import { openNotifications } from './support/notifications';
import { join, newPerson, signIn, untilLive } from './support/people';
import { shown } from './support/shown';
import { watchSockets } from './support/sockets';
import { bell, openTabs, titles, userIdOf, watchReads } from './support/tabs';

const NOTES = 120;

test('three tabs share one connection, and each gets everything once and in order whatever happens to it', async ({
  context,
}) => {
  test.setTimeout(180_000);
  const person = newPerson('Nova');
  const first = await context.newPage();
  await join(first, person);
  await first.close();
  const sockets = watchSockets(context);
  const tabs = await openTabs(context, 3, '/notifications');
  await expect(bell(tabs[0] as Page)).toHaveAccessibleName('Notifications, 1 new');
  expect(sockets.open).toBe(1);

  // From here on nothing is read afresh: what a tab shows came by the stream.
  const reads = watchReads(tabs);
  const inbox = await openNotifications(await userIdOf(context));
  try {
    await test.step('the network is cut again and again', async () => {
      for (let from = 1; from <= 60; from += 20) {
        await inbox.add('Note', from, from + 9);
        await context.setOffline(true);
        await expect(shown((tabs[0] as Page).locator('[data-connection="offline"]'))).toBeVisible();
        await inbox.add('Note', from + 10, from + 19);
        await context.setOffline(false);
      }
    });
    await test.step('the tab that holds the connection goes away in the midst of it', async () => {
      const adding = inbox.add('Note', 61, NOTES);
      const holder = sockets.holder as Page;
      tabs.splice(tabs.indexOf(holder), 1);
      await holder.close();
      await adding;
    });
  } finally {
    await inbox.close();
  }
  const expected = Array.from({ length: NOTES }, (_, index) => `Note ${NOTES - index}`);
  for (const tab of tabs) {
    // Each of them is rendered, in two tabs on one busy core.
    await expect.poll(() => titles(tab), { timeout: 60_000 }).toEqual(expected);
    await expect(bell(tab)).toHaveAccessibleName(`Notifications, ${NOTES + 1} new`);
    await untilLive(tab);
  }
  expect(reads).toEqual([]);
  expect(sockets.open).toBe(1);

  const [one, other] = tabs as [Page, Page];
  await test.step('what is read in one is read in the other', async () => {
    await one.getByRole('main').getByRole('button', { name: 'Mark all read' }).click();
    for (const tab of tabs) await expect(bell(tab)).toHaveAccessibleName('Notifications');
  });
  await test.step('a sign-out reaches the other, and no connection is left', async () => {
    await one.getByRole('button', { name: /^Account of/ }).click();
    await one.getByRole('button', { name: 'Sign out' }).click();
    await one.waitForURL((url) => url.pathname === '/');
    await other.waitForURL('**/login**');
    await expect.poll(() => sockets.open).toBe(0);
  });
});

test('closing the holder of the connection shows nothing in the tabs that go on', async ({ context }) => {
  const sockets = watchSockets(context);
  const first = await context.newPage();
  await join(first, newPerson());
  const tabs = await openTabs(context, 2, '/home');
  const holder = sockets.holder as Page;
  const rest = tabs.filter((tab) => tab !== holder);
  for (const tab of rest) {
    await tab.evaluate(() => {
      const seen = new Set<string>();
      const look = () => {
        for (const dot of document.querySelectorAll<HTMLElement>('[data-connection]'))
          seen.add(dot.dataset['connection'] ?? '');
      };
      new MutationObserver(look).observe(document.body, { subtree: true, attributes: true, childList: true });
      look();
      Object.assign(window, { seenStates: seen });
    });
  }
  await holder.close();
  await expect.poll(() => sockets.open).toBe(1);
  expect(sockets.holder).not.toBe(holder);
  const inbox = await openNotifications(await userIdOf(context));
  await inbox.add('After', 1, 1);
  await inbox.close();
  for (const tab of rest) {
    await expect(bell(tab)).toHaveAccessibleName('Notifications, 2 new');
    expect(await tab.evaluate(() => [...(window as unknown as { seenStates: Set<string> }).seenStates])).toEqual([
      'live',
    ]);
  }
});

test('what was asked for while nobody could be reached is sent once after a reload, under its key', async ({
  context,
}) => {
  const page = await context.newPage();
  await join(page, newPerson());
  const [one, other] = (await openTabs(context, 2, '/home')) as [Page, Page];
  await expect(bell(one)).toHaveAccessibleName('Notifications, 1 new');
  const keys: (string | undefined)[] = [];
  await context.route('**/api/notifications/read-all', (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    return route.abort('connectionreset');
  });
  await bell(one).click();
  await one.getByRole('button', { name: 'Mark all read' }).click();
  await expect(bell(one)).toHaveAccessibleName('Notifications');
  await expect.poll(() => keys.length).toBeGreaterThan(0);
  await one.reload();
  await expect(bell(one)).toHaveAccessibleName('Notifications, 1 new');

  await context.unroute('**/api/notifications/read-all');
  const answers: (string | undefined)[] = [];
  context.on('response', async (response) => {
    if (!response.url().endsWith('/read-all')) return;
    answers.push(response.request().headers()['idempotency-key']);
  });
  for (const tab of [one, other]) await expect(bell(tab)).toHaveAccessibleName('Notifications', { timeout: 20_000 });
  expect(new Set([...keys, ...answers]).size).toBe(1);
  expect(answers).toHaveLength(1);
});

test('what still waits at a sign-out is never sent', async ({ context }) => {
  const person = newPerson();
  const page = await context.newPage();
  await join(page, person);
  const [tab] = (await openTabs(context, 1, '/home')) as [Page];
  await expect(bell(tab)).toHaveAccessibleName('Notifications, 1 new');
  await context.route('**/api/notifications/read-all', (route) => route.abort('connectionreset'));
  await bell(tab).click();
  await tab.getByRole('button', { name: 'Mark all read' }).click();
  await expect(bell(tab)).toHaveAccessibleName('Notifications');
  await tab.keyboard.press('Escape');
  await tab.getByRole('button', { name: /^Account of/ }).click();
  await tab.getByRole('button', { name: 'Sign out' }).click();
  await tab.waitForURL((url) => url.pathname === '/');
  expect(
    await tab.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('skelly.command'))),
  ).toEqual([]);
  await context.unroute('**/api/notifications/read-all');
  await signIn(tab, person);
  await untilLive(tab);
  await expect(bell(tab)).toHaveAccessibleName('Notifications, 1 new');
});
