import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The run's two kinds of process. */
export type Role = 'relay' | 'worker';

/** Bundles both processes as production's are bundled, so that they start in a fraction of a second. @returns their files. */
export async function bundleProcesses(dir: string): Promise<Readonly<Record<Role, string>>> {
  const source = (role: Role) => fileURLToPath(new URL(`./processes/${role}.ts`, import.meta.url));
  await build({
    entryPoints: { relay: source('relay'), worker: source('worker') },
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: 'inline',
    // CommonJS dependencies call require() at run time.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    external: ['pg-native'],
    logLevel: 'warning',
  });
  return { relay: join(dir, 'relay.mjs'), worker: join(dir, 'worker.mjs') };
}
