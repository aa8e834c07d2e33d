import { expect } from '@playwright/test';
import { command, GUILD_HALL, makeRoom, postNote } from '../support/guild';
import { openSlowly } from '../support/hold';
import { join, newPerson, untilLive } from '../support/people';
import { shown } from '../support/shown';
import { type Tour, unreachable } from '../support/tour';

/** Rooms and their notes. */
export const guildTours: Record<string, Tour> = {
  '/guild': {
    normal: async ({ page, browser, shoot }) => {
      const teo = await (await browser.newContext()).newPage();
      await join(teo, newPerson('Teo'));
      await makeRoom(teo, { name: 'Bone carvers', access: 'open' });
      await join(page, newPerson());
      await makeRoom(page, { name: 'Lantern night', access: 'invitation' });
      await page.goto('/guild');
      await untilLive(page);
      await teo.goto(`/guild/${GUILD_HALL}`);
      await expect(page.locator('[data-room="Guild hall"]')).toContainText(/\d+ here/);
      await shoot();
      await teo.context().close();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, { from: '/home', link: 'Guild', to: '/guild', loading: 'Loading rooms' });
      await shoot();
      await release();
      await expect(page.getByRole('list', { name: 'Your rooms' })).toBeVisible();
    },
    empty: 'everyone finds the Guild hall in it',
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto('/guild');
      await untilLive(page);
      await page.getByRole('button', { name: 'Make a room' }).click();
      await page.getByLabel('Name', { exact: true }).fill('Night watch');
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Make room' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
      await shoot();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/guild');
    },
  },
  '/guild/[roomId]': {
    normal: async ({ page, browser, shoot }) => {
      const [mara, teo] = [newPerson(), newPerson('Teo')];
      await join(page, mara);
      const roomId = await makeRoom(page, { name: 'Bone carvers', access: 'open' });
      const other = await (await browser.newContext()).newPage();
      await join(other, teo);
      await command(other, `/api/rooms/${roomId}/join`);
      await other.goto(`/guild/${roomId}`);
      await untilLive(other);
      await page.goto(`/guild/${roomId}`);
      await untilLive(page);
      await postNote(page, 'Who has spare bones? I need three for the lantern.');
      await postNote(other, 'Two here, they are yours.\nMeet me in the hall.');
      await other.getByLabel('Write a note').pressSequentially('And', { delay: 50 });
      await expect(page.locator('[data-person="Teo"]')).toBeVisible();
      await shoot();
      await other.context().close();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/guild',
        link: /Guild hall/,
        to: `/guild/${GUILD_HALL}`,
        loading: 'Loading room',
        within: 'main',
      });
      await shoot();
      await release();
      await expect(page.getByLabel('Write a note')).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await join(page, newPerson());
      await page.goto(`/guild/${await makeRoom(page, { name: 'Lantern night', access: 'invitation' })}`);
      await untilLive(page);
      await expect(shown(page.getByText('No notes yet'))).toBeVisible();
      await shoot();
    },
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto(`/guild/${await makeRoom(page, { name: 'Bone carvers', access: 'open' })}`);
      await untilLive(page);
      await postNote(page, 'Is anybody there?');
      await context.setOffline(true);
      await page.getByLabel('Write a note').fill('The cellar has no reception.');
      await page.getByRole('button', { name: 'Post' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'It is kept here' })).toBeVisible();
      await expect(page.getByRole('status').filter({ hasText: 'Offline', visible: true })).toBeVisible();
      await shoot();
      await context.setOffline(false);
      await untilLive(page);
      await page.getByRole('button', { name: 'Try again' }).click();
      await expect(page.locator('[data-pending]')).toHaveCount(0);
      await expect(page.locator('[data-note]')).toHaveCount(2);
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, `/guild/${GUILD_HALL}`);
    },
  },
};
