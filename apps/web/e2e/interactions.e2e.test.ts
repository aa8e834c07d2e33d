import { expect, test } from '@playwright/test';
import { join, newPerson, signInAsAdmin } from './support/people';

test('what a member does is counted, also when they leave at once, and says nothing of them', async ({
  browser,
  page,
}) => {
  const admin = await browser.newPage();
  await signInAsAdmin(admin);
  const person = newPerson();
  await join(page, person);
  const { user } = (await (await page.request.get('/api/auth/me')).json()) as { user: { id: string } };
  await page.goto('/notifications?from=mail');
  await page.getByRole('button', { name: /^Notifications/ }).click();
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeVisible();
  const other = await page.context().newPage();
  await page.close({ runBeforeUnload: true });

  const reported = async () => {
    const { items } = (await (await admin.request.get('/api/ops/events?limit=100&type=ui:')).json()) as {
      items: { eventId: string; actor: string }[];
    };
    const own = items.filter(({ actor }) => actor === `user:${user.id}`);
    const ways = await Promise.all(
      own.map(async ({ eventId }) => (await admin.request.get(`/api/ops/events/${eventId}`)).json()),
    );
    return (ways as { data: { name: string; page: string } }[]).map(({ data }) => `${data.name} ${data.page}`);
  };
  await expect.poll(reported, { timeout: 10_000 }).toContain('bell.opened /notifications');
  expect(await reported()).toContain('page.viewed /notifications');
  await other.close();
});
