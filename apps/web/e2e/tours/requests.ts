import { expect, type Page } from '@playwright/test';
import { openSlowly } from '../support/hold';
import { pressLate } from '../support/late';
import { ask, joinAsCreator, joinWithPoints, standing, step } from '../support/market';
import { join, newPerson, untilLive } from '../support/people';
import { takePictures } from '../support/pictures';
import { shown } from '../support/shown';
import { type Tour, unreachable } from '../support/tour';

const list = (page: Page) => page.getByRole('list', { name: 'Requests' });
const row = (page: Page, title: string) => shown(page.locator('[data-request]').filter({ hasText: title }));

/** Requests for performances. */
export const requestsTours: Record<string, Tour> = {
  '/requests': {
    normal: async ({ page, browser, shoot }) => {
      const teo = await joinAsCreator(browser);
      await joinWithPoints(page);
      const song = await ask(page, teo, { title: 'Custom song', amount: 1_200 });
      const portrait = await ask(page, teo, {
        title: 'A portrait of my cat in the style of the old masters',
        amount: 650,
      });
      await step(teo.page, portrait.requestId, 'accept');
      const match = await ask(page, teo, { title: 'One match together', amount: 300 });
      await step(teo.page, match.requestId, 'accept');
      await step(teo.page, match.requestId, 'perform', { amount: 200 });
      await page.goto('/requests');
      await untilLive(page);
      await expect(list(page).getByRole('listitem')).toHaveCount(3);
      await expect(row(page, 'Custom song')).toContainText('Expires in 3 days');
      // Live, at its place.
      await step(teo.page, song.requestId, 'accept');
      await expect(row(page, 'Custom song')).toContainText('is working on it');
      await expect(row(page, 'Custom song')).toContainText('Due in 7 days');
      await shoot();
      await teo.page.goto('/requests?side=creator');
      await untilLive(teo.page);
      await expect(row(teo.page, 'Custom song')).toContainText('Yours to perform');
      await takePictures(teo.page, 'requests.creator');
      await teo.page.getByRole('button', { name: 'Ended' }).click();
      await expect(teo.page).toHaveURL(/side=creator&state=ended$/);
      await expect(teo.page.getByText('Nothing has ended yet')).toBeVisible();
      await teo.page.context().close();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/home',
        link: 'Requests',
        to: '/requests',
        loading: 'Loading requests',
      });
      await shoot();
      await release();
      await expect(page.getByText('No requests yet')).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await join(page, newPerson());
      await page.goto('/requests');
      await untilLive(page);
      await expect(shown(page.getByText('No requests yet'))).toBeVisible();
      await shoot();
      await page.getByRole('main').getByRole('link', { name: 'Find a creator' }).click();
      await page.waitForURL('**/creators');
    },
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto('/requests');
      await untilLive(page);
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Ended' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'could not be read' })).toBeVisible();
      await shoot();
      await context.setOffline(false);
      await expect(page.getByText('Nothing has ended yet')).toBeVisible();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/requests');
    },
  },
  '/requests/[requestId]': {
    normal: async ({ page, browser, shoot }) => {
      const teo = await joinAsCreator(browser);
      await joinWithPoints(page);
      const { requestId } = await ask(page, teo, {
        title: 'Custom song',
        amount: 1_200,
        details: 'For my sister’s birthday.\nIn a minor key, with a bone flute.',
      });
      await page.goto(`/requests/${requestId}`);
      await untilLive(page);
      await expect(standing(page)).toContainText('to answer');
      await shoot();
      await teo.page.goto(`/requests/${requestId}`);
      await untilLive(teo.page);
      await expect(teo.page.getByRole('button', { name: 'Accept' })).toBeVisible();
      await takePictures(teo.page, 'requests.requestId.creator');
      await step(teo.page, requestId, 'accept');
      await teo.page.getByRole('button', { name: 'I have performed' }).click();
      await teo.page.getByLabel(/^Points for what you did/).fill('400');
      await expect(teo.page.getByText('You get 400 points, 800 points go back to Mara.')).toBeVisible();
      await takePictures(teo.page, 'requests.requestId.perform');
      await teo.page.getByRole('button', { name: 'Performed in part' }).click();
      await page.getByRole('button', { name: 'Something is wrong' }).click();
      await page.keyboard.type('The flute is missing.');
      await takePictures(page, 'requests.requestId.dispute');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('button', { name: 'Something is wrong' })).toBeFocused();
      await page.getByRole('button', { name: 'Confirm and pay 400 points' }).click();
      await expect(standing(page)).toContainText('Paid in part');
      await expect(standing(teo.page)).toContainText('Paid in part');
      await takePictures(page, 'requests.requestId.completed');
      await teo.page.context().close();
    },
    loading: async ({ page, browser, shoot }) => {
      const teo = await joinAsCreator(browser);
      await joinWithPoints(page);
      const { requestId } = await ask(page, teo, { title: 'Custom song', amount: 1_200 });
      await teo.page.context().close();
      const release = await openSlowly(page, {
        from: '/requests',
        within: 'main',
        link: /Custom song/,
        to: `/requests/${requestId}`,
        loading: 'Loading request',
      });
      await shoot();
      await release();
      await expect(standing(page)).toBeVisible();
    },
    empty: 'a request is always about something',
    offline: async ({ page, context, browser, shoot }) => {
      const teo = await joinAsCreator(browser);
      await joinWithPoints(page);
      const { requestId } = await ask(page, teo, { title: 'Custom song', amount: 1_200 });
      await teo.page.context().close();
      await page.goto(`/requests/${requestId}`);
      await untilLive(page);
      await page.getByRole('button', { name: 'Withdraw' }).click();
      await context.setOffline(true);
      await pressLate(page.getByRole('button', { name: 'Withdraw it' }));
      // Put back, with a word at its place.
      await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
      await expect(standing(page)).toContainText('to answer');
      await shoot();
      await context.setOffline(false);
      await untilLive(page);
      await page.getByRole('button', { name: 'Withdraw' }).click();
      await pressLate(page.getByRole('button', { name: 'Withdraw it' }));
      await expect(standing(page)).toContainText('You withdrew it');
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/requests/00000000-0000-7000-8000-00000000dead');
    },
  },
};
