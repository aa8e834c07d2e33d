import { expect } from '@playwright/test';
import { openSlowly } from '../support/hold';
import { join, newPerson, untilLive } from '../support/people';
import { takePictures } from '../support/pictures';
import { whilePaused } from '../support/processes';
import { shown } from '../support/shown';
import { type Tour, unreachable } from '../support/tour';

/** The inbox, and what is told by which way. */
export const notificationsTours: Record<string, Tour> = {
  '/notifications': {
    normal: async ({ page, shoot }) => {
      await join(page, newPerson());
      await page.goto('/notifications');
      await untilLive(page);
      const list = page.getByRole('list', { name: 'Notifications' });
      await expect(list.getByRole('listitem')).toHaveCount(1);
      await shoot();
      await list.getByRole('button', { name: 'Why this?' }).click();
      await expect(list.getByText('In the app: delivered')).toBeVisible();
      await takePictures(page, 'notifications.why');
      await list.getByRole('button', { name: 'Archive' }).click();
      await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused();
      await takePictures(page, 'notifications.archived');
      await page.getByRole('button', { name: 'Archive', exact: true }).click();
      await expect(page).toHaveURL(/\?show=archived$/);
      await expect(list.getByRole('button', { name: 'Put back' })).toBeVisible();
      await takePictures(page, 'notifications.archive');
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/home',
        link: 'Notifications',
        to: '/notifications',
        loading: 'Loading notifications',
      });
      await shoot();
      await release();
      await expect(page.getByRole('list', { name: 'Notifications' })).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await whilePaused('worker', async () => {
        await join(page, newPerson());
        await page.goto('/notifications');
        await untilLive(page);
        await expect(shown(page.getByText('Nothing yet'))).toBeVisible();
        await shoot();
      });
    },
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto('/notifications');
      await untilLive(page);
      await context.setOffline(true);
      await page.getByRole('main').getByRole('button', { name: 'Mark all read' }).click();
      // Shown as done, and said to be under way.
      await expect(page.getByRole('button', { name: 'Notifications', exact: true })).toBeVisible();
      const waiting = page.getByRole('status').filter({ hasText: 'Offline, 1 action waiting', visible: true });
      await expect(waiting).toBeVisible();
      await shoot();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/notifications');
    },
  },
  '/settings/notifications': {
    normal: async ({ page, shoot }) => {
      await join(page, newPerson());
      await page.goto('/settings/notifications');
      await untilLive(page);
      await page.getByRole('group', { name: 'Account' }).getByRole('switch', { name: 'By mail' }).click();
      await expect(page.getByRole('group', { name: 'Account' }).getByRole('switch', { name: 'By mail' })).toBeChecked();
      await shoot();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/notifications',
        within: 'main',
        link: /^Settings$/,
        to: '/settings/notifications',
        loading: 'Loading settings',
      });
      await shoot();
      await release();
      await expect(page.getByRole('group', { name: 'Account' })).toBeVisible();
    },
    empty: 'there is always something to choose',
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto('/settings/notifications');
      await untilLive(page);
      await context.setOffline(true);
      const account = page.getByRole('group', { name: 'Account' });
      await account.getByRole('switch', { name: 'By mail' }).click();
      // Put back, with a word at its place.
      await expect(account.getByRole('alert')).toContainText('Not kept');
      await expect(account.getByRole('switch', { name: 'By mail' })).not.toBeChecked();
      await shoot();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/settings/notifications');
    },
  },
};
