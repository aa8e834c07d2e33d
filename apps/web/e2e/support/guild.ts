import { type BrowserContext, expect, type Page } from '@playwright/test';
import { MEMBER_HEADER } from '@skelly/types/live';
import { target } from './env';

/** The room that everyone finds. */
export const GUILD_HALL = '00000000-0000-7000-8000-000000000001';

/** Commands the API in the name of the page's member. @returns its answer */
export async function command(page: Page, path: string, data: object = {}): Promise<unknown> {
  const answer = await page.request.post(path, { data, headers: { origin: target().baseUrl } });
  expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return answer.status() === 204 ? undefined : answer.json();
}

/** Gathers commands about rooms that pages send from now on without naming the member whose page it is. */
export function watchNameless(context: BrowserContext): readonly string[] {
  const nameless: string[] = [];
  context.on('request', (request) => {
    const isCommand = request.method() === 'POST' && request.url().includes('/api/rooms');
    if (isCommand && !(MEMBER_HEADER in request.headers())) nameless.push(request.url());
  });
  return nameless;
}

/** Makes a room without the form. @returns its id */
export async function makeRoom(
  page: Page,
  room: { readonly name: string; readonly access: 'open' | 'invitation' },
): Promise<string> {
  return ((await command(page, '/api/rooms', room)) as { id: string }).id;
}

/** Writes a note on the open board, and waits until it is confirmed. */
export async function postNote(page: Page, body: string): Promise<void> {
  await expect(page.locator('form[data-ready="true"] textarea')).toBeVisible();
  await page.getByLabel('Write a note').fill(body);
  await page.getByRole('button', { name: 'Post' }).click();
  await expect(page.locator('[data-note]').filter({ hasText: body.split('\n')[0] as string })).toBeVisible();
}
