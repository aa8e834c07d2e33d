import { expect, test } from '@playwright/test';
import { openSlowly } from '../support/hold';
import { joinAsAdmin, untilLive } from '../support/people';
import { takePictures } from '../support/pictures';
import { changeMeanwhile, openSetting, settingRow, unset } from '../support/settings';
import { shown } from '../support/shown';
import { type Tour, unreachable } from '../support/tour';

/** Live settings. */
export const opsSettingsTours: Record<string, Tour> = {
  '/ops/settings': {
    normal: async ({ page, browser, refused, shoot }) => {
      test.setTimeout(120_000);
      await joinAsAdmin(page);
      await page.goto('/ops/settings');
      await untilLive(page);
      const row = settingRow(page, 'login.attemptsPerMinute');
      const value = await openSetting(row);
      refused();
      await value.fill('many');
      await page.keyboard.press('Enter');
      await expect(row.getByText('must be a whole number of attempts from 1 to 10000')).toBeVisible();
      await takePictures(page, 'ops.settings.refused');
      const other = await (await browser.newContext()).newPage();
      await joinAsAdmin(other);
      await other.goto('/ops');
      await untilLive(other);
      await value.fill('9');
      await row.getByLabel('Reason').fill('a quiet evening');
      await row.getByRole('button', { name: 'Save' }).click();
      await expect(row).toContainText('9 attempts');
      await expect(row.getByRole('button', { name: 'Change' })).toBeFocused();
      // Who runs the platform sees it wherever they are.
      await expect(other.locator('[data-toast]')).toContainText('A setting has changed');
      await takePictures(other, 'ops.settings.told');
      await shoot();
      await other.goto('/ops/settings');
      await untilLive(other);
      await changeMeanwhile(page, other);
      // What a page was left with is read again when it comes back.
      await other.getByRole('navigation', { name: 'Operations' }).getByRole('link', { name: 'Events' }).click();
      await expect(other).toHaveURL(/\/ops$/);
      await unset(row);
      await other.goBack();
      await expect(shown(settingRow(other, 'login.attemptsPerMinute'))).toContainText(
        'as LOGIN_ATTEMPTS_PER_MINUTE says (10 attempts unless it is set)',
      );
      await other.context().close();
    },
    loading: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      const release = await openSlowly(page, {
        from: '/ops',
        within: 'nav[aria-label="Operations"]',
        link: 'Settings',
        to: '/ops/settings',
        loading: 'Loading settings',
      });
      await shoot();
      await release();
      await expect(page.getByRole('list', { name: 'Settings' })).toBeVisible();
    },
    empty: 'there are always settings',
    offline: async ({ page, context, shoot }) => {
      await joinAsAdmin(page);
      await page.goto('/ops/settings');
      await untilLive(page);
      const row = page.locator('[data-setting="retry.maxAttempts"]');
      await row.getByRole('button', { name: 'Change' }).click();
      await context.setOffline(true);
      await row.getByLabel('Value').fill('5');
      await row.getByRole('button', { name: 'Save' }).click();
      await expect(row.getByText('No connection.')).toBeVisible();
      await shoot();
    },
    error: async (stage) => {
      await joinAsAdmin(stage.page);
      await unreachable(stage, '/ops/settings');
    },
  },
};
