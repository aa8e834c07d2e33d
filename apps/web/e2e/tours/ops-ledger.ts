import { expect, test } from '@playwright/test';
import { openSlowly } from '../support/hold';
import { openWrongWallet } from '../support/ledger';
import { joinAsAdmin, untilLive } from '../support/people';
import { takePictures } from '../support/pictures';
import { shown } from '../support/shown';
import { type Tour, unreachable } from '../support/tour';

/** The audit of the ledger. */
export const opsLedgerTours: Record<string, Tour> = {
  '/ops/ledger': {
    normal: async ({ page, refused, shoot }) => {
      test.setTimeout(180_000);
      await joinAsAdmin(page);
      await page.goto('/ops/ledger');
      await untilLive(page);
      await expect(shown(page.locator('[data-audit="done"]'))).toBeVisible({ timeout: 45_000 });
      await takePictures(page, 'ops.ledger.right');
      const wrong = await openWrongWallet();
      const frozen = page.locator(`[data-frozen="${wrong.owner}"]`);
      await expect(frozen).toContainText('audit: balance', { timeout: 45_000 });
      await expect(page.locator('[data-violation="balance"]').first()).toContainText('balance 700');
      await frozen.getByRole('button', { name: /^Unfreeze the wallet/ }).click();
      const reason = frozen.getByLabel('What was repaired');
      await expect(reason).toBeFocused();
      await reason.fill('set back to nothing');
      refused();
      await page.keyboard.press('Enter');
      await expect(frozen).toContainText('The wallet is not right yet: available holds 700, its transfers say 0.');
      await shoot();
      await wrong.repair();
      await frozen.getByRole('button', { name: 'Unfreeze', exact: true }).click();
      await expect(frozen).toBeHidden();
      await expect(page.locator('[data-violation="balance"]').first()).toContainText('set back to nothing');
      await wrong.close();
    },
    loading: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      const release = await openSlowly(page, {
        from: '/ops',
        within: 'nav[aria-label="Operations"]',
        link: 'Ledger',
        to: '/ops/ledger',
        loading: 'Loading ledger',
      });
      await shoot();
      await release();
      await expect(page.locator('[data-audit]')).toBeVisible();
    },
    empty: 'the normal one begins with nothing found',
    offline: async ({ page, context, shoot }) => {
      test.setTimeout(90_000);
      await joinAsAdmin(page);
      await page.goto('/ops/ledger');
      await untilLive(page);
      await context.setOffline(true);
      const alert = page.getByRole('alert').filter({ hasText: 'not current' });
      await expect(alert).toBeVisible({ timeout: 30_000 });
      await shoot();
      await context.setOffline(false);
      // What could not be read is read by itself.
      await expect(alert).toBeHidden({ timeout: 30_000 });
    },
    error: async (stage) => {
      await joinAsAdmin(stage.page);
      await unreachable(stage, '/ops/ledger');
    },
  },
};
