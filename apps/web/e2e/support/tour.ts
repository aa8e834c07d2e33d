import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test';
import type { BrokenWeb } from './broken-web';

export type State = 'normal' | 'loading' | 'empty' | 'offline' | 'error';
export const states: readonly State[] = ['normal', 'loading', 'empty', 'offline', 'error'];

export interface Stage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly browser: Browser;
  /** A web server whose API is away. */
  readonly broken: BrokenWeb;
  /** Says that the API refuses something on purpose, of which the browser complains. */
  readonly refused: () => void;
  readonly shoot: () => Promise<void>;
}

/** Drives a page into a state for real and takes its picture there, or says why the page has no such state. */
export type Tour = Record<State, ((stage: Stage) => Promise<void>) | string>;

/** A page that the server cannot make, because the API is away. */
export async function unreachable({ page, broken, shoot }: Stage, path: string): Promise<void> {
  await page.goto(`${broken.url}${path}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Skelly cannot be reached' })).toBeVisible();
  await shoot();
}
