import { expect } from '@playwright/test';
import { openSlowly } from '../support/hold';
import { pressLate } from '../support/late';
import { disputed, joinAsCreator, joinWithPoints } from '../support/market';
import { joinAsAdmin, untilLive } from '../support/people';
import { takePictures } from '../support/pictures';
import { shown } from '../support/shown';
import { type Tour, unreachable } from '../support/tour';

/** What waits for support. */
export const opsDisputesTours: Record<string, Tour> = {
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
      await pressLate(form.getByRole('button', { name: 'Decide so' }));
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
      await pressLate(form.getByRole('button', { name: 'Decide so' }));
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
