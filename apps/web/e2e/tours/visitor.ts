import { expect, type Page } from '@playwright/test';
import { holdRequests } from '../support/hold';
import { mailTo, verificationLink } from '../support/mail';
import { fillRegistration, join, newPerson, openForm } from '../support/people';
import type { Tour } from '../support/tour';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const failing = { status: 503, headers: { 'retry-after': '5' }, contentType: 'application/problem+json', body: '{}' };

/** Pages of whoever has not signed in, and the one that a mail leads to. */
export const visitorTours: Record<string, Tour> = {
  '/': {
    normal: async ({ page, shoot }) => {
      await page.goto('/');
      await expect(page.getByRole('link', { name: 'Create your account' })).toBeVisible();
      await shoot();
    },
    loading: 'it is one answer of the server',
    empty: 'it shows no data',
    offline: 'nothing on it asks the server',
    error: async ({ page, broken, shoot }) => {
      // The front page does without the API.
      await page.goto(broken.url);
      await expect(page.getByRole('link', { name: 'Create your account' })).toBeVisible();
      await shoot();
    },
  },
  '/register': {
    normal: async ({ page, shoot }) => {
      await openForm(page, '/register');
      await shoot();
    },
    loading: async ({ page, shoot }) => {
      await openForm(page, '/register');
      await fillRegistration(page, newPerson());
      const release = await holdRequests(page, (request) => request.url().endsWith('/api/auth/register'));
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByRole('button', { name: 'Create account' })).toHaveAttribute('aria-disabled', 'true');
      await shoot();
      await release();
      await page.waitForURL('**/home');
    },
    empty: 'it shows no data',
    offline: async ({ page, context, shoot }) => {
      await openForm(page, '/register');
      await fillRegistration(page, newPerson());
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
      await shoot();
    },
    error: async ({ page, shoot }) => {
      await openForm(page, '/register');
      await fillRegistration(page, newPerson());
      await page.route('**/api/auth/register', (route) => route.fulfill(failing));
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'in 5 seconds' })).toBeVisible();
      await shoot();
    },
  },
  '/login': {
    normal: async ({ page, shoot }) => {
      await openForm(page, '/login');
      await shoot();
    },
    loading: async ({ page, shoot }) => {
      await openForm(page, '/login');
      await page.getByLabel('Email').fill('mara@example.com');
      await page.getByLabel('Password', { exact: true }).fill('a lantern in the moss');
      await holdRequests(page, (request) => request.url().endsWith('/api/auth/login'));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('button', { name: 'Sign in' })).toHaveAttribute('aria-disabled', 'true');
      await shoot();
    },
    empty: 'it shows no data',
    offline: async ({ page, context, shoot }) => {
      await openForm(page, '/login');
      await page.getByLabel('Email').fill('mara@example.com');
      await page.getByLabel('Password', { exact: true }).fill('a lantern in the moss');
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
      await shoot();
    },
    error: async ({ page, shoot }) => {
      await openForm(page, '/login');
      await page.getByLabel('Email').fill('nobody@example.com');
      await page.getByLabel('Password', { exact: true }).fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'do not match' })).toBeVisible();
      await shoot();
    },
  },
  '/verify-email': {
    normal: async ({ page, shoot }) => {
      const person = newPerson();
      await join(page, person);
      await page.goto(verificationLink(await mailTo(person.email)));
      await expect(heading(page, 'Your email is confirmed')).toBeVisible();
      await shoot();
    },
    loading: async ({ page, shoot }) => {
      await holdRequests(page, (request) => request.url().endsWith('/api/auth/verify-email'));
      await page.goto('/verify-email?token=this-one-waits-for-an-answer');
      await expect(page.getByText('Loading your confirmation')).toBeAttached();
      await shoot();
    },
    empty: async ({ page, shoot }) => {
      // The address without a token.
      await page.goto('/verify-email');
      await expect(heading(page, 'This link does not work')).toBeVisible();
      await shoot();
    },
    offline: async ({ page, shoot }) => {
      await page.route('**/api/auth/verify-email', (route) => route.abort('internetdisconnected'));
      await page.goto('/verify-email?token=this-one-never-arrives-there');
      await expect(heading(page, 'No connection')).toBeVisible();
      await shoot();
    },
    error: async ({ page, shoot }) => {
      await page.goto('/verify-email?token=nobody-ever-sent-this-token');
      await expect(heading(page, 'This link does not work')).toBeVisible();
      await shoot();
    },
  },
};
