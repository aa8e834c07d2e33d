import { expect, type Page } from '@playwright/test';
import { openSlowly } from './hold';
import { ask, disputed, joinAsCreator, joinWithPoints, standing, step } from './market';
import { join, joinAsAdmin, newPerson, untilLive } from './people';
import { takePictures } from './pictures';
import { shown } from './shown';
import { type Tour, unreachable } from './tour';

const list = (page: Page) => page.getByRole('list', { name: 'Requests' });
const row = (page: Page, title: string) => shown(page.locator('[data-request]').filter({ hasText: title }));

/** The pages of requests for performances. */
export const marketTours: Record<string, Tour> = {
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
      await page.getByRole('button', { name: 'Withdraw it' }).click();
      // Put back, with a word at its place.
      await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
      await expect(standing(page)).toContainText('to answer');
      await shoot();
      await context.setOffline(false);
      await untilLive(page);
      await page.getByRole('button', { name: 'Withdraw' }).click();
      await page.getByRole('button', { name: 'Withdraw it' }).click();
      await expect(standing(page)).toContainText('You withdrew it');
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/requests/00000000-0000-7000-8000-00000000dead');
    },
  },
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
  '/ops/disputes': {
    normal: async ({ page, browser, shoot }) => {
      const teo = await joinAsCreator(browser);
      const mara = await (await browser.newContext()).newPage();
      await joinWithPoints(mara);
      const title = `Custom song ${crypto.randomUUID().slice(0, 6)}`;
      const { requestId } = await disputed(mara, teo, title, 'The second verse is missing, and it is in a major key.');
      await joinAsAdmin(page);
      await page.goto('/ops/disputes');
      await untilLive(page);
      const line = shown(page.locator(`[data-dispute="${requestId}"]`));
      await expect(line).toContainText('800 of 1,200 points');
      await shoot();
      await line.getByRole('button', { name: title }).click();
      await expect(page).toHaveURL(new RegExp(`request=${requestId}$`));
      const form = page.getByRole('form', { name: 'Decide' });
      await form.getByLabel(/^Exactly/).fill('300');
      await form.getByLabel('Why').fill('One verse of three was sung.');
      await takePictures(page, 'ops.disputes.chosen');
      await form.getByRole('button', { name: 'Decide…' }).click();
      await expect(form.getByText(`${teo.name} gets 300 points, 900 points go back to Mara.`)).toBeVisible();
      await takePictures(page, 'ops.disputes.asked');
      await form.getByRole('button', { name: 'Decide so' }).click();
      await expect(line).toBeHidden();
      await expect(page.getByLabel('Chosen dispute').getByText('Paid in part')).toBeVisible();
      await takePictures(page, 'ops.disputes.decided');
      await Promise.all([teo.page.context().close(), mara.context().close()]);
    },
    loading: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      const release = await openSlowly(page, {
        from: '/ops',
        within: 'nav[aria-label="Operations"]',
        link: 'Disputes',
        to: '/ops/disputes',
        loading: 'Loading disputes',
      });
      await shoot();
      await release();
      await expect(page.getByRole('region', { name: 'Disputes, oldest first' })).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      // Others' disputes may wait: here nothing does.
      await page.route('**/api/ops/disputes', (route) => route.fulfill({ json: { items: [] } }));
      await page.goto('/ops/disputes');
      await untilLive(page);
      await expect(shown(page.getByText('Nothing to decide'))).toBeVisible();
      await shoot();
    },
    offline: async ({ page, context, browser, shoot }) => {
      const teo = await joinAsCreator(browser);
      const mara = await (await browser.newContext()).newPage();
      await joinWithPoints(mara);
      const { requestId } = await disputed(mara, teo, 'Night song', 'It is silent.');
      await Promise.all([teo.page.context().close(), mara.context().close()]);
      await joinAsAdmin(page);
      await page.goto(`/ops/disputes?request=${requestId}`);
      await untilLive(page);
      const form = page.getByRole('form', { name: 'Decide' });
      await form.getByLabel('Why').fill('It is silent indeed.');
      await form.getByRole('slider').fill('0');
      await form.getByRole('button', { name: 'Decide…' }).click();
      await context.setOffline(true);
      await form.getByRole('button', { name: 'Decide so' }).click();
      await expect(form.getByRole('alert')).toContainText('No connection');
      await shoot();
      await context.setOffline(false);
      await form.getByRole('button', { name: 'Try again' }).click();
      await expect(page.getByLabel('Chosen dispute').getByText('All went back to Mara')).toBeVisible();
    },
    error: async (stage) => {
      await joinAsAdmin(stage.page);
      await unreachable(stage, '/ops/disputes');
    },
  },
};
