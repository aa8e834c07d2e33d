import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childVariables } from '../env';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Where the bundle of a program of this package lies, by its path below `src`. */
export function programBundle(program: string): string {
  return `${root}packages/bench/dist/${program}.js`;
}

/** Where an app's own bundle lies. */
export function appBundle(app: string): string {
  return `${root}apps/${app}/dist/main.js`;
}

/** Bundles programs and apps as a release does: the apps by their own build. @throws Error with what the bundler said */
export async function buildBundles(programs: readonly string[], apps: readonly string[]): Promise<void> {
  await Promise.all([
    bundle(
      `${root}packages/bench`,
      programs.map((program) => `src/${program}.ts`),
    ),
    ...apps.map((app) => bundle(`${root}apps/${app}`, [])),
  ]);
}

async function bundle(cwd: string, entries: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [`${root}scripts/bundle.mjs`, ...entries], {
    cwd,
    env: childVariables(),
  });
}
