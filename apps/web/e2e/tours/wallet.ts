import { expect, test } from '@playwright/test';
import { openSlowly } from '../support/hold';
import { pressLate } from '../support/late';
import { join, newPerson, untilLive } from '../support/people';
import { takePictures } from '../support/pictures';
import { shown } from '../support/shown';
import { userIdOf } from '../support/tabs';
import { type Tour, unreachable } from '../support/tour';
import { beginTopUp, openWallet, openWallets, ownName, reviewTransfer } from '../support/wallets';

/** The wallet, and where a top-up is paid. */
export const walletTours: Record<string, Tour> = {
  '/wallet': {
    normal: async ({ page, browser, shoot }) => {
      test.setTimeout(120_000);
      await join(page, newPerson());
      const me = await userIdOf(page.context());
      const teo = await (await browser.newContext()).newPage();
      await join(teo, newPerson('Teo'));
      const teoId = await userIdOf(teo.context());
      const wallets = await openWallets();
      await wallets.give(me, 16_000);
      await wallets.give(teoId, 2_000);
      await wallets.pay(me, teoId, 800, 'performance');
      await wallets.pay(teoId, me, 400, 'midnight-set');
      await wallets.service.transfer({ userId: teoId, toUserId: me, amount: 250, reason: 'member_transfer' });
      await wallets.service.transfer({ userId: me, toUserId: teoId, amount: 500, reason: 'member_transfer' });
      const about = { userId: me, reason: 'performance_request', featureType: 'custom-song' } as const;
      await wallets.service.holdInEscrow({ ...about, amount: 1_200 });
      const declined = await wallets.service.holdInEscrow({ ...about, amount: 600 });
      const escrowId = declined.escrowId as string;
      await wallets.service.refundEscrow({ userId: me, escrowId, reason: 'performance_declined' });
      await wallets.service.credit({ userId: me, amount: 50, reason: 'reward', featureType: 'daily-streak' });
      await openWallet(page);
      await expect(page.locator('[data-entry]').last()).toBeVisible();
      await shoot();
      await page.locator('[data-entry]').last().scrollIntoViewIfNeeded();
      await takePictures(page, 'wallet.statement');
      await page.getByText('As a table').click();
      await expect(page.getByRole('region', { name: 'Balance by day' })).toBeVisible();
      await takePictures(page, 'wallet.table');
      await page.getByRole('button', { name: 'Top up' }).click();
      await expect(page.getByRole('dialog', { name: 'Top up' })).toBeVisible();
      await takePictures(page, 'wallet.top-up-dialog');
      await wallets.close();
      await teo.context().close();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/home',
        link: 'Wallet',
        to: '/wallet',
        loading: 'Loading wallet',
      });
      await shoot();
      await release();
      await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await join(page, newPerson());
      await openWallet(page);
      await expect(shown(page.getByText('Nothing has moved yet'))).toBeVisible();
      await shoot();
    },
    offline: async ({ page, context, browser, shoot }) => {
      await join(page, newPerson());
      const wallets = await openWallets();
      await wallets.give(await userIdOf(context), 900);
      await wallets.close();
      const teo = newPerson(ownName('Teo'));
      const other = await (await browser.newContext()).newPage();
      await join(other, teo);
      await openWallet(page);
      await reviewTransfer(page, teo.displayName, '300');
      await context.setOffline(true);
      await pressLate(page.getByRole('button', { name: 'Send 300 points' }));
      // Put back, with a word at its place.
      await expect(page.getByRole('dialog').getByRole('alert')).toContainText('We do not know yet whether it was sent');
      await shoot();
      await context.setOffline(false);
      await untilLive(page);
      await pressLate(page.getByRole('dialog').getByRole('button', { name: 'Try again' }));
      await expect(page.locator('[data-transfer="sent"]')).toBeVisible();
      await other.context().close();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/wallet');
    },
  },
  '/wallet/top-up/[topUpId]': {
    normal: async ({ page, shoot }) => {
      await join(page, newPerson());
      await page.goto((await beginTopUp(page, 1_000)).checkoutUrl);
      await untilLive(page);
      await expect(page.getByRole('button', { name: 'Pay', exact: true })).toBeVisible();
      await shoot();
      await page.getByRole('button', { name: 'Let it fail' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'The payment failed' })).toBeVisible();
      await takePictures(page, 'wallet.top-up.failed');
    },
    loading: 'its address comes with the answer to the command that begins it, so no link to it is fetched ahead',
    empty: 'there is no top-up without an amount',
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto((await beginTopUp(page, 1_000)).checkoutUrl);
      await untilLive(page);
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Pay', exact: true }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
      await shoot();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, `/wallet/top-up/${crypto.randomUUID()}`);
    },
  },
};
