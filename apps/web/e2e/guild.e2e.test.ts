import type { Page } from '@playwright/test';
import { expect, test } from '@playwright/test';
import { watchConsole } from './support/console-watch';
import { GUILD_HALL, makeRoom, postNote, watchNameless } from './support/guild';
import { join, newPerson, untilLive } from './support/people';
import { takePictures } from './support/pictures';

const person = (page: Page, name: string) => page.locator(`[data-person="${name}"]`);
const note = (page: Page, body: string) => page.locator('[data-note]').filter({ hasText: body });

test('two members see each other, who is typing, and each other’s notes at once', async ({ page, browser }) => {
  const console = watchConsole(page);
  const nameless = watchNameless(page.context());
  await join(page, newPerson('Mara'));
  const name = `Bone carvers ${crypto.randomUUID().slice(0, 8)}`;
  const roomId = await makeRoom(page, { name, access: 'open' });
  await page.goto('/guild');
  await page.getByRole('link', { name }).click();
  await untilLive(page);
  await expect(person(page, 'Mara')).toContainText('(you)');

  const teo = await (await browser.newContext()).newPage();
  await join(teo, newPerson('Teo'));
  await teo.goto('/guild');
  await teo.getByRole('button', { name: `Join ${name}` }).click();
  await teo.waitForURL(`**/guild/${roomId}`);
  await expect(person(page, 'Teo')).toBeVisible();
  await expect(person(teo, 'Mara')).toBeVisible();
  await expect(page.getByText('2 members')).toBeVisible();

  await test.step('typing shows, and ends with the note', async () => {
    await expect(teo.locator('form[data-ready="true"] textarea')).toBeVisible();
    await teo.getByLabel('Write a note').pressSequentially('Two spare bones here', { delay: 30 });
    await expect(page.getByText('Teo is typing')).toBeVisible();
    await teo.keyboard.press('Enter');
    await expect(note(page, 'Two spare bones here')).toContainText('Teo');
    await expect(page.getByText('Teo is typing')).toBeHidden();
    await expect(note(teo, 'Two spare bones here')).toHaveCount(1);
    await expect(teo.locator('[data-pending]')).toHaveCount(0);
  });

  await test.step('a second tab is no second person, and closing it takes nobody away', async () => {
    const tab = await teo.context().newPage();
    await tab.goto(`/guild/${roomId}`);
    await expect(person(tab, 'Mara')).toBeVisible();
    await expect(person(page, 'Teo')).toHaveCount(1);
    await tab.close();
    await postNote(page, 'I take them both');
    await expect(note(teo, 'I take them both')).toBeVisible();
    await expect(person(page, 'Teo')).toBeVisible();
  });

  await test.step('a note that is taken down goes for everyone', async () => {
    await note(page, 'I take them both')
      .getByRole('button', { name: /Take down/ })
      .click();
    await expect(note(teo, 'I take them both')).toBeHidden();
    await expect(note(teo, 'Two spare bones').getByRole('button', { name: /Take down/ })).toBeVisible();
  });

  await test.step('whoever closes their tab is gone, their notes are not', async () => {
    await teo.close();
    await expect(person(page, 'Teo')).toBeHidden({ timeout: 20_000 });
    await expect(note(page, 'Two spare bones here')).toBeVisible();
    await expect(page.locator('[data-here="Teo"]')).toHaveCount(0);
  });
  expect(console.take({ broken: false })).toEqual([]);
  expect(nameless).toEqual([]);
});

test('a note stands at once, says when it takes long, and comes back with a word when it failed', async ({ page }) => {
  await join(page, newPerson());
  await page.goto(`/guild/${await makeRoom(page, { name: 'Night watch', access: 'invitation' })}`);
  await untilLive(page);
  let answers = 0;
  await page.route('**/api/rooms/*/notes', async (route) => {
    answers += 1;
    if (answers === 1) {
      await expect(page.locator('[data-pending="slow"]')).toContainText('Posting');
      return route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' });
    }
    return route.continue();
  });
  await page.getByLabel('Write a note').fill('Lights out');
  await page.getByLabel('Write a note').press('Enter');
  await expect(page.locator('[data-pending]')).toContainText('Lights out');
  await expect(page.getByLabel('Write a note')).toHaveValue('');
  await expect(page.getByRole('alert').filter({ hasText: 'It is kept here' })).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(note(page, 'Lights out')).toHaveCount(1);
  await expect(page.locator('[data-pending]')).toHaveCount(0);
});

test('an invitation leads into a room, and whoever is taken out of it is told', async ({ page, browser }) => {
  const nameless = watchNameless(page.context());
  await join(page, newPerson());
  await page.goto('/guild');
  await untilLive(page);
  await page.getByRole('button', { name: 'Make a room' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await page.getByLabel('Name', { exact: true }).fill('Lantern night');
  await page.getByLabel('Whoever has the invitation code').check();
  await page.getByRole('button', { name: 'Make room' }).click();
  await page.waitForURL(/guild\/[0-9a-f-]{36}$/);
  const code = ((await page.getByRole('button', { name: /-.*-/ }).textContent()) ?? '').slice(0, 14);

  const teo = await (await browser.newContext()).newPage();
  await join(teo, newPerson('Teo'));
  await teo.goto(page.url());
  await expect(teo.getByRole('heading', { level: 1, name: 'There is nothing here' })).toBeVisible();
  await teo.goto('/guild');
  await untilLive(teo);
  await teo.getByRole('button', { name: 'Come in by invitation' }).click();
  await teo.getByRole('textbox', { name: 'Invitation code' }).fill('AAAABBBBCCCC');
  await teo.getByRole('button', { name: 'Come in', exact: true }).click();
  await expect(teo.getByRole('alert').filter({ hasText: 'No room has this invitation' })).toBeVisible();
  await teo.getByRole('textbox', { name: 'Invitation code' }).fill(code.toLowerCase());
  await teo.getByRole('button', { name: 'Come in', exact: true }).click();
  await teo.waitForURL(page.url());
  await untilLive(teo);

  await page.getByRole('button', { name: 'Take somebody out' }).click();
  await page.getByRole('list', { name: 'Who is to go' }).getByRole('button', { name: 'Teo' }).click();
  await expect(page.getByText('Teo will not see this room any more')).toBeVisible();
  await takePictures(page, 'guild.take-out');
  await page.getByRole('button', { name: 'Take out', exact: true }).click();
  await expect(teo.getByRole('heading', { level: 1, name: 'You are not in this room any more' })).toBeVisible();
  await expect(person(page, 'Teo')).toBeHidden();
  expect(nameless).toEqual([]);
  await teo.context().close();
});

test('whoever leaves a room leaves it in every tab', async ({ page, browser }) => {
  await join(page, newPerson());
  const name = `Two doors ${crypto.randomUUID().slice(0, 8)}`;
  const roomId = await makeRoom(page, { name, access: 'open' });
  const teo = await (await browser.newContext()).newPage();
  const nameless = watchNameless(teo.context());
  await join(teo, newPerson('Teo'));
  await teo.goto('/guild');
  await teo.getByRole('button', { name: `Join ${name}` }).click();
  await teo.waitForURL(`**/guild/${roomId}`);
  const tab = await teo.context().newPage();
  await tab.goto(`/guild/${roomId}`);
  await untilLive(tab);
  await expect(person(tab, 'Teo')).toBeVisible();

  await teo.getByRole('button', { name: 'Leave room' }).click();
  await teo.getByRole('button', { name: 'Leave', exact: true }).click();
  await teo.waitForURL('**/guild');
  await tab.waitForURL('**/guild');
  expect(nameless).toEqual([]);
  await teo.context().close();
});

test('read and write on the board without a mouse', async ({ page }) => {
  await join(page, newPerson('Ida'));
  await page.goto('/home');
  await untilLive(page);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Guild' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/guild');
  await page.getByRole('link', { name: /Guild hall/ }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/guild/${GUILD_HALL}`);
  await untilLive(page);
  await page.getByLabel('Write a note').focus();
  await page.keyboard.type('First line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('by Ida');
  await page.keyboard.press('Enter');
  await expect(note(page, 'by Ida').first()).toContainText('First line');
  await expect(page.getByLabel('Write a note')).toBeFocused();
  await expect(page.getByLabel('Write a note')).toHaveValue('');
});
