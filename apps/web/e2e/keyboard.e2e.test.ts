import type { Page } from '@playwright/test';
import { expect, test } from '@playwright/test';
import { untilLate } from './support/late';
import { join, newPerson, openForm, untilLive } from './support/people';
import { userIdOf } from './support/tabs';
import { openWallet, openWallets, ownName, part } from './support/wallets';

/** Presses tab until the wanted thing has focus, as somebody without a mouse does; every stop must show its focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let stops = 0; stops < 40; stops += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (!element || element === document.body) return null;
      const label =
        element.getAttribute('aria-label') ??
        (element as HTMLInputElement).labels?.[0]?.textContent ??
        element.textContent ??
        '';
      const style = getComputedStyle(element);
      const after = getComputedStyle(element, '::after');
      return {
        label,
        ring: [style, after].some((each) => each.outlineStyle !== 'none' && each.outlineWidth !== '0px'),
      };
    });
    if (!focused) continue;
    expect(focused.ring, `a focus ring on "${focused.label}"`).toBe(true);
    if (name.test(focused.label)) return;
  }
  throw new Error(`Nothing called ${name} can be reached by keyboard.`);
}

test('register, read and sign out without a mouse', async ({ page }) => {
  const person = newPerson('Teo');
  await openForm(page, '/register');
  await tabTo(page, /^Name$/);
  await page.keyboard.type(person.displayName);
  await tabTo(page, /^Email$/);
  await page.keyboard.type(person.email);
  await tabTo(page, /^Password$/);
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/home');
  await untilLive(page);
  await expect(page.getByRole('button', { name: 'Notifications, 1 new' })).toBeVisible();

  await page.keyboard.press('Tab');
  await tabTo(page, /^Notifications, 1 new$/);
  await page.keyboard.press('Enter');
  const panel = page.getByRole('dialog', { name: 'Notifications' });
  await expect(panel).toBeFocused();
  await tabTo(page, /^Mark all read$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main').getByRole('button', { name: 'Notifications', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(page.getByRole('button', { name: 'Notifications', exact: true })).toBeFocused();

  await tabTo(page, /^Account of Teo$/);
  await page.keyboard.press('Space');
  await expect(page.getByRole('dialog', { name: 'Account' })).toBeFocused();
  await tabTo(page, /^Sign out$/);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/');
  await expect(page.getByRole('link', { name: 'Create your account' })).toBeVisible();
});

test('send points and look at the statement without a mouse', async ({ page, browser }) => {
  const teo = newPerson(ownName('Teo'));
  const other = await (await browser.newContext()).newPage();
  await join(other, teo);
  await join(page, newPerson());
  const wallets = await openWallets();
  await wallets.give(await userIdOf(page.context()), 500);
  await wallets.close();
  await openWallet(page);

  await tabTo(page, /^Send$/);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Send points' });
  await expect(dialog.getByRole('textbox', { name: 'To' })).toBeFocused();
  await page.keyboard.type(teo.displayName);
  await expect(dialog.locator('[data-recipient]')).toHaveCount(1);
  await tabTo(page, new RegExp(`^${teo.displayName}$`));
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('textbox', { name: 'Amount' })).toBeFocused();
  await page.keyboard.type('200');
  await page.keyboard.press('Enter');
  const send = dialog.getByRole('button', { name: 'Send 200 points' });
  await expect(send).toBeFocused();
  await untilLate(send);
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('Sent.')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeFocused();
  await expect(part(page, 'available')).toHaveText('300');

  await tabTo(page, /^As a table$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Balance by day' })).toBeVisible();
  await tabTo(page, /^In escrow$/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Nothing like this')).toBeVisible();
  await tabTo(page, /^Show everything$/);
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-entry="transfer"]')).toContainText(`To ${teo.displayName}`);
  await other.context().close();
});
