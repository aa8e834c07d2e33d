import { expect } from '@playwright/test';
import { openSlowly } from '../support/hold';
import { joinAsAdmin, untilLive } from '../support/people';
import { takePictures } from '../support/pictures';
import { shown } from '../support/shown';
import { type Tour, unreachable } from '../support/tour';

/** The event log of operations. */
export const opsTours: Record<string, Tour> = {
  '/ops': {
    normal: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      await page.goto('/ops');
      await untilLive(page);
      await shoot();
      await page.locator('[data-type="user:registered"] button').first().click();
      await expect(page.getByRole('heading', { name: 'Way of this event' })).toBeVisible();
      await takePictures(page, 'ops.chosen');
    },
    loading: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      const release = await openSlowly(page, {
        from: '/home',
        link: 'Operations',
        to: '/ops',
        loading: 'Loading events',
      });
      await shoot();
      await release();
      await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      await page.goto('/ops?type=nothing:of-this');
      await untilLive(page);
      await expect(shown(page.getByText('No event of this type'))).toBeVisible();
      await shoot();
      await page.getByRole('button', { name: 'Show all events' }).click();
      await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
      await expect(page).toHaveURL(/\/ops$/);
    },
    offline: async ({ page, context, shoot }) => {
      await joinAsAdmin(page);
      await page.goto('/ops');
      await untilLive(page);
      await context.setOffline(true);
      await page.getByRole('button', { name: 'user:', exact: true }).click();
      const alert = page.getByRole('alert').filter({ hasText: 'not current' });
      await expect(alert).toBeVisible();
      await expect(page.getByRole('status').filter({ hasText: 'Offline', visible: true })).toBeVisible();
      await shoot();
      // What could not be read is read by itself.
      await context.setOffline(false);
      await expect(alert).toBeHidden();
    },
    error: async (stage) => {
      await joinAsAdmin(stage.page);
      await unreachable(stage, '/ops');
    },
  },
};
