import { expect, type Page, test } from '@playwright/test';
import { ask, expectMoney, joinAsCreator, joinWithPoints, standing } from './support/market';
import { untilLive } from './support/people';
import { killOne } from './support/processes';

/** Requests that are made, one after the other. */
const ROUNDS = 3;
const LATE = { timeout: 30_000 };

test('requests go all their way, and both sides see it, while processes are killed', async ({ page, browser }) => {
  test.setTimeout(240_000);
  const teo = await joinAsCreator(browser);
  await joinWithPoints(page, ROUNDS * 1_200);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { requestId } = await ask(page, teo, { title: `Song ${round}`, amount: 1_200 });
    for (const each of [page, teo.page]) {
      await each.goto(`/requests/${requestId}`);
      await untilLive(each);
    }
    await kill('worker');
    await press(teo.page, 'Accept');
    await expect(standing(page)).toContainText('is working on it', LATE);
    await kill('relay');
    await teo.page.getByRole('button', { name: 'I have performed' }).click(LATE);
    await teo.page.getByLabel(/^Points for what you did/).fill('500');
    await press(teo.page, 'Performed in part');
    await expect(standing(page)).toContainText('yours to confirm', LATE);
    await kill('worker');
    await press(page, 'Confirm and pay 500 points');
    for (const each of [page, teo.page]) {
      await expect(standing(each)).toContainText('Paid in part: 500 of 1,200 points', LATE);
      await expectMoney(each, /^Back to/, '700');
      await expect(each.getByRole('list', { name: 'What happened' }).getByRole('listitem')).toHaveCount(4, LATE);
    }
  }
  // What came back may be spent again, all of it and nothing twice.
  const { requestId } = await ask(page, teo, { title: 'Encore', amount: ROUNDS * 700 });
  await page.goto(`/requests/${requestId}`);
  await expectMoney(page, 'Held', '2,100');
  await teo.page.context().close();
});

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click(LATE);
}

/** One that was killed a moment ago is killed again as soon as it is back. */
async function kill(name: string): Promise<void> {
  await expect(() => killOne(name)).toPass({ timeout: 30_000 });
}
