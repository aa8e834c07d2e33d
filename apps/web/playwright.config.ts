import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from '@skelly/testkit/browser';

/**
 * Two workers share one stack; a test that stops a process of it does so for a moment, which others bear. Times are for two busy cores.
 * `SKELLY_BASE_URL` and `SKELLY_MAIL_URL` name a running stack; without them one is started.
 */
export default defineConfig({
  testDir: 'e2e',
  // What changes every page, of every test, comes alone, and what kills a process last (`--no-deps` runs them without the others).
  projects: [
    { name: 'together', testMatch: '**/*.e2e.test.ts', testIgnore: '**/*.{alone,last}.e2e.test.ts' },
    { name: 'alone', testMatch: '**/*.alone.e2e.test.ts', dependencies: ['together'] },
    { name: 'last', testMatch: '**/*.last.e2e.test.ts', dependencies: ['alone'] },
  ],
  outputDir: 'test-results',
  globalSetup: './e2e/support/global-setup.ts',
  workers: 2,
  forbidOnly: true,
  // As Jest's are: what fails at first and not again is reported as flaky, and has to be mended.
  retries: process.env['CI'] ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    // Set by the global setup, after which every test process reads this file again.
    baseURL: process.env['SKELLY_BASE_URL'],
    launchOptions: await chromiumLaunch(process.env),
    viewport: { width: 1280, height: 800 },
    timezoneId: 'Europe/Berlin',
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    screenshot: 'only-on-failure',
  },
});
