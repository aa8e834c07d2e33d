import { expect, type Locator } from '@playwright/test';

/** Waits until a button that takes nothing in its first moment takes a press. */
export async function untilLate(button: Locator): Promise<void> {
  await expect(button).toHaveAttribute('data-late', 'true');
}

/** Presses such a button as soon as it takes that. */
export async function pressLate(button: Locator): Promise<void> {
  await untilLate(button);
  await button.click();
}
