import { expect, type Page } from '@playwright/test';
import { admin } from './admin';
import { target } from './env';
import { shown } from './shown';

export interface Person {
  readonly displayName: string;
  readonly email: string;
  readonly password: string;
}

/** Somebody whom the stack has not met. */
export function newPerson(displayName = 'Mara'): Person {
  return {
    displayName,
    email: `${displayName.toLowerCase().replaceAll(' ', '.')}-${crypto.randomUUID().slice(0, 8)}@example.com`,
    password: 'a lantern in the moss',
  };
}

/** Opens a form and waits until it listens. */
export async function openForm(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.locator('form[data-ready="true"]')).toBeVisible();
}

/** Registers through the form, as a visitor does, and arrives at home. */
export async function register(page: Page, person: Person): Promise<void> {
  await openForm(page, '/register');
  await fillRegistration(page, person);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL('**/home');
}

export async function fillRegistration(page: Page, person: Person): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(person.displayName);
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
}

/** Becomes a member without the form, for tests about what comes after. */
export async function join(page: Page, person: Person): Promise<void> {
  const { displayName, email, password } = person;
  await post(page, '/api/auth/register', { displayName, email, password });
}

/** Signs the admin in without the form. */
export async function joinAsAdmin(page: Page): Promise<void> {
  await post(page, '/api/auth/login', { email: admin.email, password: admin.password });
}

async function post(page: Page, path: string, data: object): Promise<void> {
  const answer = await page.request.post(path, { data, headers: { origin: target().baseUrl } });
  expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
}

/** Signs in through the form. */
export async function signIn(
  page: Page,
  { email, password }: Pick<Person, 'email' | 'password'>,
  next = '/home',
): Promise<void> {
  await openForm(page, `/login?next=${encodeURIComponent(next)}`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => `${url.pathname}${url.search}` === next);
}

/** Signs the admin in and opens operations. */
export async function signInAsAdmin(page: Page, next = '/ops'): Promise<void> {
  await signIn(page, admin, next);
}

/** Waits until the page follows the stream. */
export async function untilLive(page: Page): Promise<void> {
  await expect(shown(page.locator('[data-connection="live"]'))).toBeVisible();
}
