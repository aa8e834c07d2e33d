import type { Locator } from '@playwright/test';

/**
 * What a person sees of `locator`. A page that streams holds its content a second time for a moment, hidden, until
 * the browser has put it in place; roles leave that copy out, texts and attributes do not.
 */
export function shown(locator: Locator): Locator {
  return locator.filter({ visible: true });
}
