import { z } from 'zod';
import { EnvError, integer, loadEnv, processEnv, secretEnv, url } from './env';

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
    expect(loadEnv(schema, good)).toMatchObject({ SKELLY_ENV: 'production', POOL: 10, SHUTDOWN_TIMEOUT_MS: 10_000 });
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
