import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { exports as entries } from '@skelly/client/package.json';
import { build, type Metafile } from 'esbuild';

/** The ways into the SDK, as applications import them: `.`, `./react`, … */
export const sdkEntries = Object.keys(entries).filter((entry) => entry !== './package.json');

export interface SdkSize {
  /** Of the scripts that must be there before the entry runs, gzipped. */
  readonly bytes: number;
  /** What it takes from `node_modules`. */
  readonly libraries: readonly string[];
}

/** Bundles one entry as an application's bundler does: what it imports later is a script of its own, and not counted. */
export async function measureSdk(entry: string): Promise<SdkSize> {
  const { outputFiles, metafile } = await build({
    entryPoints: [`@skelly/client${entry.slice(1)}`],
    absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
    bundle: true,
    minify: true,
    splitting: true,
    outdir: '/',
    format: 'esm',
    platform: 'browser',
    external: ['react'],
    metafile: true,
    write: false,
  });
  const bytes = firstLoad(metafile)
    .map((path) => outputFiles.find((file) => file.path.endsWith(basename(path)))?.contents ?? '')
    .reduce((sum, contents) => sum + gzipSync(contents).length, 0);
  return { bytes, libraries: Object.keys(metafile.inputs).filter((path) => path.includes('node_modules/')) };
}

/** The scripts that the entry needs before it can run. */
function firstLoad({ outputs }: Metafile): string[] {
  const later = new Set(
    Object.values(outputs).flatMap(({ imports }) =>
      imports.filter(({ kind }) => kind === 'dynamic-import').map(({ path }) => path),
    ),
  );
  const paths = Object.keys(outputs).filter((path) => outputs[path]?.entryPoint && !later.has(path));
  for (const path of paths) {
    for (const { kind, path: imported } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && outputs[imported] && !paths.includes(imported)) paths.push(imported);
  }
  return paths;
}
