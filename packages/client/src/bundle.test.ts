import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { exports } from '../package.json';

/** Bytes of an entry, gzipped. */
const LIMITS: Readonly<Record<string, number>> = { './analytics': 3_000 };
const LIMIT = 8_000;

describe('the SDK in a browser', () => {
  it.each(Object.entries(exports))('is small and brings no library along: %s', async (name, entry) => {
    const { outputFiles, metafile } = await build({
      entryPoints: [`${__dirname}/../${entry}`],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      external: ['react'],
      metafile: true,
      write: false,
    });
    expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
    const bytes = gzipSync(outputFiles[0]?.contents ?? '').length;
    const limit = LIMITS[name] ?? LIMIT;
    process.stdout.write(`${entry}: ${bytes} of ${limit} bytes\n`);
    expect(bytes).toBeLessThan(limit);
  });
});
