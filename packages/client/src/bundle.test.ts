import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { exports } from '../package.json';

/** Bytes of an entry, gzipped. */
const LIMITS: Readonly<Record<string, number>> = { './analytics': 3_000 };
const LIMIT = 8_000;

/** The scripts that the entry needs before it can run. */
function firstLoad({ outputs }: Metafile): string[] {
  const paths = Object.keys(outputs).filter((path) => outputs[path]?.entryPoint && !isLoadedLater(path));
  for (const path of paths) {
    for (const { kind, path: imported } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && outputs[imported] && !paths.includes(imported)) paths.push(imported);
  }
  return paths;

  function isLoadedLater(path: string): boolean {
    return Object.values(outputs).some(({ imports }) =>
      imports.some((each) => each.kind === 'dynamic-import' && each.path === path),
    );
  }
}

describe('the SDK in a browser', () => {
  it.each(Object.entries(exports))('is small and brings no library along: %s', async (name, entry) => {
    const { outputFiles, metafile } = await build({
      entryPoints: [`${__dirname}/../${entry}`],
      bundle: true,
      minify: true,
      // As bundlers of applications do: what is imported later is a script of its own.
      splitting: true,
      outdir: '/',
      format: 'esm',
      platform: 'browser',
      external: ['react'],
      metafile: true,
      write: false,
    });
    expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
    const bytes = firstLoad(metafile)
      .map((path) => outputFiles.find((file) => file.path.endsWith(basename(path)))?.contents ?? '')
      .reduce((sum, contents) => sum + gzipSync(contents).length, 0);
    const limit = LIMITS[name] ?? LIMIT;
    process.stdout.write(`${entry}: ${bytes} of ${limit} bytes\n`);
    expect(bytes).toBeLessThan(limit);
  });
});
