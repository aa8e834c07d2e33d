import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { inherited, repositoryFolder, target } from './env';

const run = promisify(execFile);

/** The admin of the tests. */
export const admin = { email: 'ada@example.com', password: 'keeps every key', displayName: 'Ada Keys' } as const;

/** Makes the admin by the CLI, as an operator would; one that is there already stays. */
export async function createAdmin(): Promise<void> {
  const stack = parseEnv(await readFile(join(target().dataDir, 'env'), 'utf8'));
  try {
    await run(
      process.execPath,
      [
        '--import',
        'tsx',
        'packages/cli/src/main.ts',
        'user',
        'create-admin',
        '--email',
        admin.email,
        '--name',
        admin.displayName,
      ],
      { cwd: repositoryFolder, env: { ...inherited(), ...stack, SKELLY_ADMIN_PASSWORD: admin.password } },
    );
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? `${error.stderr}` : '';
    if (!/is an account with this address/.test(said)) throw error;
  }
}
