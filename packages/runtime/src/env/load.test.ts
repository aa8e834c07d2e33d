import { z } from 'zod';
import { integer, url } from './kinds';
import { EnvError, loadEnv } from './load';
import { frontDoorEnv, mailEnv, paymentEnv, processEnv, proxyEnv, secretEnv } from './settings';

const schema = z.object({
  ...processEnv,
  ...secretEnv,
  DATABASE_URL: url({ protocols: ['postgres:'], description: 'Postgres' }),
  POOL: integer({ min: 2, max: 500, default: 10, description: 'connections' }),
});
const good = { APP_SECRET: 'x'.repeat(40), DATABASE_URL: 'postgres://localhost/skelly' };

function problemsOf(source: Record<string, string>): readonly string[] {
  try {
    loadEnv(schema, source);
  } catch (error) {
    if (error instanceof EnvError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadEnv', () => {
  test('fills defaults', () => {
    expect(loadEnv(schema, good)).toMatchObject({ SKELLY_ENV: 'production', POOL: 10, SHUTDOWN_TIMEOUT_MS: 30_000 });
  });

  test('lists every problem at once, by variable', () => {
    const problems = problemsOf({ APP_SECRET: 'short', DATABASE_URL: 'http://wrong', POOL: 'many', LOG_LEVEL: 'loud' });
    expect(problems).toHaveLength(4);
    for (const name of ['APP_SECRET', 'DATABASE_URL', 'POOL', 'LOG_LEVEL']) {
      expect(problems.some((problem) => problem.startsWith(`${name}: `))).toBe(true);
    }
  });

  test('calls an empty value missing and never repeats a value', () => {
    const problems = problemsOf({ APP_SECRET: '', DATABASE_URL: 'hunter2' });
    expect(problems.join('\n')).toMatch(/APP_SECRET: is missing/);
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  test('production refuses a generated local secret, a local machine takes it', () => {
    const local = { ...good, APP_SECRET: `local_${'x'.repeat(40)}` };
    expect(problemsOf(local)).toEqual([expect.stringMatching(/^APP_SECRET: is a generated local secret/)]);
    expect(loadEnv(schema, { ...local, SKELLY_ENV: 'local' }).APP_SECRET).toBe(local.APP_SECRET);
  });
});

describe('the test provider of payments', () => {
  const paying = z.object({ ...processEnv, ...paymentEnv });
  const load = (given: Record<string, string>) => loadEnv(paying, { PAYMENT_PROVIDER: 'test', ...given });

  test('starts in production only where somebody has meant it', () => {
    expect(() => load({})).toThrow(/PAYMENT_PROVIDER: test gives money for nothing/);
    expect(() => load({ SKELLY_ENV: 'production', PAYMENT_TEST_IN_PRODUCTION: 'false' })).toThrow(EnvError);
    expect(load({ PAYMENT_TEST_IN_PRODUCTION: 'true' }).PAYMENT_PROVIDER).toBe('test');
    expect(load({ SKELLY_ENV: 'local' }).PAYMENT_PROVIDER).toBe('test');
    expect(loadEnv(paying, {}).PAYMENT_PROVIDER).toBe('none');
  });
});

describe('variables with a form of their own', () => {
  const formed = z.object({
    ALLOWED_ORIGINS: frontDoorEnv.ALLOWED_ORIGINS,
    ...proxyEnv,
    MAIL_FROM: mailEnv.MAIL_FROM,
  });

  test.each([
    ['ALLOWED_ORIGINS', 'https://skelly.example, http://localhost:4400'],
    ['TRUSTED_PROXIES', '127.0.0.1, ::1, 10.0.0.0/8, fd00::/8, 192.0.2.1/32, loopback, linklocal, uniquelocal'],
    ['MAIL_FROM', 'hello@skelly.example'],
    ['MAIL_FROM', 'Skelly & friends <hello@skelly.example>'],
  ])('%s may be %s', (name, value) => {
    expect(loadEnv(formed, { [name]: value })).toHaveProperty(name);
  });

  test.each([
    ['ALLOWED_ORIGINS', 'https://skelly.example/'],
    ['ALLOWED_ORIGINS', 'https://skelly.example, https://Other.example'],
    ['ALLOWED_ORIGINS', 'skelly.example'],
    ['ALLOWED_ORIGINS', 'ftp://skelly.example'],
    ['ALLOWED_ORIGINS', '*'],
    ['TRUSTED_PROXIES', 'true'],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '127.0.0.1, 10.0.0.0/33'],
    ['TRUSTED_PROXIES', 'fd00::/129'],
    ['TRUSTED_PROXIES', '10.0.0.0/0'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['TRUSTED_PROXIES', 'loopback/8'],
    ['MAIL_FROM', 'Skelly'],
    ['MAIL_FROM', 'Skelly <hello>'],
    ['MAIL_FROM', 'Skelly hello@skelly.example'],
  ])('%s may not be %s', (name, value) => {
    expect(() => loadEnv(formed, { [name]: value })).toThrow(new RegExp(`- ${name}: must be `));
  });

  test('are listed together, each once, and the rest with them', () => {
    const source = { ALLOWED_ORIGINS: 'a,b', TRUSTED_PROXIES: 'a,b', MAIL_FROM: 'a' };
    expect(() => loadEnv(formed.extend({ MORE: z.string() }), source)).toThrow(
      /cannot start[^\n]*\n {2}- ALLOWED_ORIGINS: [^\n]+\n {2}- TRUSTED_PROXIES: [^\n]+\n {2}- MAIL_FROM: [^\n]+\n {2}- MORE: is missing\n/,
    );
  });
});
