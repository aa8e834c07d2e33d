import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { parseEnv } from 'node:util';
import { type Browser, expect, type Page } from '@playwright/test';
import { createDatabase } from '@skelly/db';
import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createEventSystem, createNotifier } from '@skelly/events';
import type { OpenedTopUp } from '@skelly/types/wallet';
import { target } from './env';
import { command } from './guild';
import { join, newPerson, untilLive } from './people';
import { shown } from './shown';
import { userIdOf } from './tabs';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Moves money as the platform does, until it is closed. */
export async function openWallets() {
  const stack = parseEnv(await readFile(joinPath(target().dataDir, 'env'), 'utf8'));
  const url = stack['DATABASE_URL'] ?? '';
  const onError = (error: Error) => console.error(error);
  const database = createDatabase({ url, max: 2, applicationName: 'browser-tests', onConnectionError: onError });
  const notifier = createNotifier({ url, applicationName: 'browser-tests-hints', onError });
  const now = () => new Date();
  const events = createEventSystem({ database, notifier, now });
  const log = { ...silent, error: (fields: object, message: string) => console.error(message, fields) };
  const service = new WalletService(createLedger({ events, database, now, log }));
  return {
    service,
    /** Puts points into a member's wallet. */
    async give(userId: string, amount: number): Promise<void> {
      await service.credit({ userId, amount, reason: 'top_up' });
    },
    /** Holds points of a fan for something, and pays them to a creator. */
    async pay(userId: string, modelId: string, amount: number, featureType: string): Promise<void> {
      const held = await service.holdInEscrow({ userId, amount, reason: 'performance_request', featureType });
      const escrowId = held.escrowId as string;
      await service.settleEscrow({ userId, escrowId, modelId, reason: 'performance_completed' });
    },
    async close(): Promise<void> {
      await notifier.close();
      await database.close();
    },
  };
}

/** Opens the wallet and waits until it is live and its dialogs are there. */
export async function openWallet(page: Page, address = '/wallet'): Promise<void> {
  await page.goto(address);
  await untilLive(page);
}

/** What the wallet page shows of an account. */
export function part(page: Page, name: 'available' | 'in escrow' | 'earned') {
  return shown(page.locator(`[data-part="${name}"] dd`));
}

/** Begins a top-up without the dialog. */
export async function beginTopUp(page: Page, amount: number): Promise<OpenedTopUp> {
  return (await command(page, '/api/wallet/top-ups', { amount })) as OpenedTopUp;
}

/** Goes through the dialog up to the last look. */
export async function reviewTransfer(page: Page, to: string, amount: string): Promise<void> {
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: 'To' })).toBeFocused();
  await page.keyboard.type(to.slice(0, -1));
  await dialog.locator(`[data-recipient="${to}"]`).click();
  await expect(dialog.getByRole('textbox', { name: 'Amount' })).toBeFocused();
  await page.keyboard.type(amount);
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('cannot be taken back')).toBeVisible();
}

/** A name that nobody else has, so that one search finds one member. */
export function ownName(name: string): string {
  return `${name} ${crypto.randomUUID().slice(0, 8)}`;
}

/** Opens the wallet of who is signed in with so many points put into it, and has somebody whom they can be sent to. @returns their name */
export async function fundAndMeet(page: Page, browser: Browser, points: number): Promise<string> {
  const wallets = await openWallets();
  await wallets.give(await userIdOf(page.context()), points);
  await wallets.close();
  const teo = newPerson(ownName('Teo'));
  const other = await (await browser.newContext()).newPage();
  await join(other, teo);
  await other.context().close();
  await openWallet(page);
  return teo.displayName;
}
