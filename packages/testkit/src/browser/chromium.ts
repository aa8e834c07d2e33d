import { existsSync } from 'node:fs';

/** Never the list that comes with the packaged Chromium: `--single-process` does not live long. */
const ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'];

/** What Playwright's `launchOptions` take. */
export interface ChromiumLaunch {
  readonly executablePath: string;
  readonly args: string[];
}

/**
 * The Chromium that browser tests use: the one at `CHROMIUM_PATH`, or else the packaged one, which is unpacked to the
 * temporary folder on first use (about 3 s) and brings the system libraries that a bare machine lacks.
 *
 * @throws Error when `CHROMIUM_PATH` names no file
 */
export async function chromiumLaunch(env: NodeJS.ProcessEnv): Promise<ChromiumLaunch> {
  const given = env['CHROMIUM_PATH'];
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROMIUM_PATH names no file: ${given}`);
    return { executablePath: given, args: ARGS };
  }
  // Read while the package is loaded: it then unpacks its own libraries and points LD_LIBRARY_PATH at them.
  env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs20.x';
  const { default: chromium } = await import('@sparticuz/chromium');
  return { executablePath: await chromium.executablePath(), args: ARGS };
}
