import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { parseEnv } from 'node:util';
import { type Browser, expect, type Locator, type Page } from '@playwright/test';
import { createDatabase } from '@skelly/db';
import { grantRole } from '@skelly/domain/user';
import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createEventSystem, createNotifier } from '@skelly/events';
import { createTestLog } from '@skelly/testkit/log';
import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { TransactionReason } from '@skelly/types/wallet';
import { target } from './env';
import { command } from './guild';
import { join, newPerson } from './people';
import { userIdOf } from './tabs';

/** Runs something with what operators and payments do: give roles, and points. */
async function behindTheCounter(
  run: (counter: {
    readonly grant: (email: string) => Promise<unknown>;
    readonly give: (userId: string, amount: number) => Promise<unknown>;
  }) => Promise<unknown>,
): Promise<void> {
  const stack = parseEnv(await readFile(joinPath(target().dataDir, 'env'), 'utf8'));
  const url = stack['DATABASE_URL'] ?? '';
  const onError = (error: Error) => console.error(error);
  const now = () => new Date();
  const database = createDatabase({ url, max: 2, applicationName: 'browser-tests', onConnectionError: onError });
  const notifier = createNotifier({ url, applicationName: 'browser-tests-hints', onError });
  const events = createEventSystem({ database, notifier, now });
  const wallets = new WalletService(createLedger({ events, database, now, log: createTestLog() }));
  try {
    await run({
      grant: (email) => events.transaction((work) => grantRole(work, { email, role: 'creator' })),
      give: (userId, amount) => wallets.credit({ userId, amount, reason: TransactionReason.TOP_UP }),
    });
  } finally {
    await notifier.close();
    await database.close();
  }
}

/** Somebody in a browser of their own. */
export interface Someone {
  readonly page: Page;
  readonly name: string;
  readonly userId: string;
}

/** A creator whom nobody else's test asks for anything. Close their context when it is over. */
export async function joinAsCreator(browser: Browser, name = 'Teo'): Promise<Someone> {
  const page = await (await browser.newContext()).newPage();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const person = { ...newPerson(name), displayName: `${name} ${crypto.randomUUID().slice(0, 6)}` };
  await join(page, person);
  await behindTheCounter(({ grant }) => grant(person.email));
  return { page, name: person.displayName, userId: await userIdOf(page.context()) };
}

/** Makes the page's visitor a member with points to spend. */
export async function joinWithPoints(page: Page, amount = 5_000): Promise<void> {
  await join(page, newPerson());
  const userId = await userIdOf(page.context());
  await behindTheCounter(({ give }) => give(userId, amount));
}

/** Makes a request without the form. */
export async function ask(
  page: Page,
  creator: Someone,
  request: { readonly title: string; readonly amount: number; readonly details?: string },
): Promise<PerformanceRequestDetail> {
  const body = { creatorId: creator.userId, ...request };
  return (await command(page, '/api/requests', body)) as PerformanceRequestDetail;
}

/** A step of a request without its page, by whoever the page's member is. */
export async function step(page: Page, requestId: string, name: string, body: object = {}): Promise<void> {
  await command(page, `/api/requests/${requestId}/${name}`, body);
}

/** A request that waits for support. */
export async function disputed(
  fan: Page,
  creator: Someone,
  title: string,
  reason: string,
): Promise<PerformanceRequestDetail> {
  const request = await ask(fan, creator, { title, amount: 1_200, details: 'For my sister, in a minor key.' });
  await step(creator.page, request.requestId, 'accept');
  await step(creator.page, request.requestId, 'perform', { amount: 800 });
  await step(fan, request.requestId, 'dispute', { reason });
  return request;
}

/** Where the open request stands, in words. */
export function standing(page: Page): Locator {
  return page.getByRole('status', { name: 'Where it stands' });
}

/** Waits until a line of the request's money says an amount. */
export async function expectMoney(page: Page, line: string | RegExp, amount: string): Promise<void> {
  const lines = page.getByRole('main').locator('dl > div').filter({ hasText: line });
  await expect(lines.getByRole('definition')).toHaveText(amount);
}
