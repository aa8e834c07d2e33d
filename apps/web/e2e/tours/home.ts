import { expect } from '@playwright/test';
import { openSlowly } from '../support/hold';
import { join, newPerson, register, untilLive } from '../support/people';
import { whilePaused } from '../support/processes';
import { shown } from '../support/shown';
import { type Tour, unreachable } from '../support/tour';

/** Home. */
export const homeTours: Record<string, Tour> = {
  '/home': {
    normal: async ({ page, shoot }) => {
      await register(page, newPerson());
      await untilLive(page);
      await expect(page.locator('[data-toast]')).toBeVisible();
      await expect(shown(page.getByText('Europe/').or(page.getByText('UTC')))).toBeVisible();
      await shoot();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/notifications',
        link: 'Home',
        to: '/home',
        loading: 'Loading home',
      });
      await shoot();
      await release();
      await expect(shown(page.locator('[data-step="email"]'))).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await whilePaused('worker', async () => {
        await join(page, newPerson());
        await page.goto('/home');
        await untilLive(page);
        await expect(shown(page.getByText('Nothing yet'))).toBeVisible();
        await shoot();
      });
      // What waited comes by itself.
      await expect(page.getByRole('list', { name: 'Latest activity' })).toBeVisible();
    },
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto('/home');
      await expect(page.getByRole('button', { name: 'Notifications, 1 new' })).toBeVisible();
      await untilLive(page);
      await context.setOffline(true);
      await expect(page.getByRole('status').filter({ hasText: 'Offline', visible: true })).toBeVisible();
      await shoot();
      await context.setOffline(false);
      await untilLive(page);
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/home');
      stage.broken.connect(true);
      await stage.page.getByRole('button', { name: 'Try again' }).click();
      await expect(shown(stage.page.locator('[data-step="email"]'))).toBeVisible();
      stage.broken.connect(false);
    },
  },
};
