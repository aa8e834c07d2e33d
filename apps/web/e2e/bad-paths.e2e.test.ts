import { expect, test } from '@playwright/test';
import { fillRegistration, join, newPerson, openForm, signIn } from './support/people';

test('a taken address offers to sign in, with the address kept', async ({ page, context }) => {
  const person = newPerson('Ines');
  await join(page, person);
  await context.clearCookies();
  await openForm(page, '/register?next=%2Fnotifications');
  await fillRegistration(page, person);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'has an account' })).toBeVisible();
  await page.getByRole('link', { name: 'Sign in with it' }).click();
  await page.waitForURL('**/login?next=%2Fnotifications');
  await expect(page.getByLabel('Email')).toHaveValue(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/notifications');
});

test('fields say what is wrong with them, and the first one has the focus', async ({ page }) => {
  await openForm(page, '/register');
  await page.getByLabel('Email').fill('mara at example');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await expect(page.getByLabel('Name', { exact: true })).toHaveAccessibleDescription(/Enter the name/);
  await expect(page.getByLabel('Email')).toHaveAccessibleDescription(/email address/);
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/10 characters/);
  await page.getByLabel('Email').fill('mara@example.com');
  await expect(page.getByLabel('Email')).toHaveAccessibleDescription(/one mail/);
});

test('a wrong password says so and gives nothing away', async ({ page }) => {
  await openForm(page, '/login');
  await page.getByLabel('Email').fill('nobody@example.com');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'do not match' })).toBeVisible();
  expect(page.url()).toContain('/login');
});

test('the server has the last word on fields when the browser could not check', async ({ page }) => {
  await openForm(page, '/register');
  await page.route('**/api/auth/register', (route) =>
    route.continue({ postData: JSON.stringify({ email: 'x', password: 'short', displayName: '' }) }),
  );
  await fillRegistration(page, newPerson());
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByLabel('Email')).toHaveAccessibleDescription(/email address/);
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/10 characters/);
});

test('a registration that lost its answer is the same one when sent again', async ({ page, context }) => {
  const person = newPerson('Jo');
  const keys: string[] = [];
  await openForm(page, '/register');
  await page.route('**/api/auth/register', async (route) => {
    keys.push(route.request().headers()['idempotency-key'] ?? '');
    if (keys.length > 1) return route.continue();
    // The server does it; nothing of its answer, the cookie included, reaches the browser.
    await route.fetch();
    await context.clearCookies();
    await route.abort('connectionreset');
  });
  await fillRegistration(page, person);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL('**/home');
  expect(keys[0]).toMatch(/^[\w-]{20,}$/);
  expect(keys[1]).toBe(keys[0]);
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toContainText('Jo');
});

test('a double click sends one registration', async ({ page }) => {
  let sent = 0;
  await openForm(page, '/register');
  await page.route('**/api/auth/register', (route) => {
    sent += 1;
    return route.continue();
  });
  await fillRegistration(page, newPerson());
  await page.getByRole('button', { name: 'Create account' }).dblclick();
  await page.waitForURL('**/home');
  expect(sent).toBe(1);
});

for (const next of ['//evil.example/x', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)']) {
  test(`next=${next} leads home`, async ({ page, baseURL }) => {
    const person = newPerson();
    await join(page, person);
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await expect(page).toHaveURL(`${baseURL}/home`);
  });
}

test('a page for members asks to sign in and comes back', async ({ page, context, baseURL }) => {
  const person = newPerson();
  await join(page, person);
  await context.clearCookies();
  await page.goto('/notifications?from=mail');
  await expect(page).toHaveURL(`${baseURL}/login?next=%2Fnotifications%3Ffrom%3Dmail`);
  await signIn(page, person, '/notifications?from=mail');
});

test('operations are closed to members, with status 403', async ({ page }) => {
  await join(page, newPerson());
  const answer = await page.goto('/ops');
  expect(answer?.status()).toBe(403);
  await expect(page.getByRole('heading', { name: 'This door has another key' })).toBeVisible();
});
