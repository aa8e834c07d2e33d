import { expect, type Locator, type Page } from '@playwright/test';
import { takePictures } from './pictures';

/** The row of a setting. */
export function settingRow(page: Page, key: string): Locator {
  return page.locator(`[data-setting="${key}"]`);
}

/** Opens the form of a setting. @returns where its value is typed */
export async function openSetting(row: Locator): Promise<Locator> {
  await row.getByRole('button', { name: 'Change' }).click();
  const value = row.getByLabel('Value');
  await expect(value).toBeFocused();
  return value;
}

async function save(row: Locator): Promise<void> {
  await row.getByRole('button', { name: 'Save' }).click();
}

/**
 * Two admins at once: `other` has a form open while `page` changes the same setting, which has 9, and then another one. Nothing of what
 * `page` did is replaced before `other` was told. In the end `other` has set 9 again.
 */
export async function changeMeanwhile(page: Page, other: Page): Promise<void> {
  const [mine, theirs] = [page, other].map((each) => settingRow(each, 'login.attemptsPerMinute')) as [Locator, Locator];
  const open = await openSetting(theirs);
  await expect(open).toHaveValue('9');
  await (await openSetting(mine)).fill('12');
  await save(mine);
  await expect(mine).toContainText('12 attempts');
  await expect(theirs).toContainText('12 attempts');
  await expect(theirs.getByRole('status')).toContainText('Somebody changed this to 12 meanwhile');
  await expect(open).toHaveValue('9');
  await takePictures(other, 'ops.settings.meanwhile');

  await setWithoutBeginning(page);
  await save(theirs);
  await expect(theirs.getByRole('status')).toContainText('this one is as it was');
  await expect(theirs).toContainText('12 attempts');
  await save(theirs);
  await expect(theirs).toContainText('9 attempts');
  await expect(mine).toContainText('9 attempts');
  await unset(settingRow(page, 'breaker.windowMs'));
}

/** Sets a setting that nobody has set: its form does not begin with the default, which may not be what the environment says. */
async function setWithoutBeginning(page: Page): Promise<void> {
  const row = settingRow(page, 'breaker.windowMs');
  await expect(row).toContainText('as EVENT_CIRCUIT_BREAKER_TIME_WINDOW says (60000 milliseconds unless it is set)');
  const value = await openSetting(row);
  await expect(value).toHaveValue('');
  await expect(value).toHaveAttribute('placeholder', '60000');
  await page.keyboard.press('Enter');
  await expect(row.getByText('Type a value: a whole number of milliseconds')).toBeVisible();
  await value.fill('60000');
  await save(row);
  await expect(row.getByRole('button', { name: 'Save' })).toBeHidden();
  await expect(row).not.toContainText('unless it is set');
}

/** Takes a setting back to what the environment says. */
export async function unset(row: Locator): Promise<void> {
  await openSetting(row);
  await row.getByRole('button', { name: 'As the environment says' }).click();
  await expect(row).toContainText('unless it is set');
}
