import { expect } from '@playwright/test';
import { openSlowly } from '../support/hold';
import { joinAsCreator, joinWithPoints } from '../support/market';
import { join, newPerson, untilLive } from '../support/people';
import { takePictures } from '../support/pictures';
import { shown } from '../support/shown';
import { type Tour, unreachable } from '../support/tour';

/** Who performs. */
export const creatorsTours: Record<string, Tour> = {
  '/creators': {
    normal: async ({ page, browser, refused, shoot }) => {
      const teo = await joinAsCreator(browser);
      const ines = await joinAsCreator(browser, 'Ines');
      await Promise.all([teo.page.context().close(), ines.page.context().close()]);
      await joinWithPoints(page, 900);
      await page.goto('/creators');
      await untilLive(page);
      await expect(shown(page.locator(`[data-creator="${ines.name}"]`))).toBeVisible();
      await shoot();
      await page.keyboard.press('/');
      await page.keyboard.type(teo.name);
      await expect(page.locator('[data-creator]')).toHaveCount(1);
      await expect(page).toHaveURL(/\?q=Teo/);
      await page.getByRole('button', { name: `Request something of ${teo.name}` }).click();
      const sheet = page.getByRole('dialog');
      await expect(sheet.getByLabel('What you would like')).toBeFocused();
      await sheet.getByLabel('What you would like').fill('Custom song');
      await sheet.getByLabel('Price in points').fill('1200');
      await expect(sheet.getByText('1,200 points are held until')).toBeVisible();
      await takePictures(page, 'creators.request');
      refused();
      await sheet.getByRole('button', { name: 'Request for 1,200 points' }).click();
      await expect(sheet.getByRole('alert')).toContainText('You have not enough points for that');
      await takePictures(page, 'creators.refused');
      await page.keyboard.press('Escape');
      await expect(sheet).toBeHidden();
      await expect(page.getByRole('button', { name: `Request something of ${teo.name}` })).toBeFocused();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/requests',
        within: 'main',
        link: 'Find a creator',
        to: '/creators',
        loading: 'Loading creators',
      });
      await shoot();
      await release();
      await expect(page.getByLabel('Search creators by name')).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await join(page, newPerson());
      await page.goto('/creators?q=nobody-is-called-this');
      await untilLive(page);
      await expect(shown(page.getByText('Nobody called “nobody-is-called-this” performs'))).toBeVisible();
      await shoot();
    },
    offline: async ({ page, context, browser, shoot }) => {
      const teo = await joinAsCreator(browser);
      await teo.page.context().close();
      await join(page, newPerson());
      await page.goto(`/creators?q=${encodeURIComponent(teo.name)}`);
      await untilLive(page);
      await page.getByRole('button', { name: `Request something of ${teo.name}` }).click();
      const sheet = page.getByRole('dialog');
      await sheet.getByLabel('What you would like').fill('Custom song');
      await sheet.getByLabel('Price in points').fill('100');
      await context.setOffline(true);
      await sheet.getByRole('button', { name: 'Request for 100 points' }).click();
      await expect(sheet.getByRole('alert')).toContainText('Nothing is held twice.');
      await shoot();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/creators');
    },
  },
};
