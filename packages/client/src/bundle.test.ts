import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

describe('the SDK in a browser', () => {
  it.each([
    ['index.ts', 8_000],
    ['react/index.ts', 8_000],
    ['analytics/index.ts', 3_000],
  ])('is small and brings no library along: %s', async (entry, limit) => {
    const { outputFiles, metafile } = await build({
      entryPoints: [`${__dirname}/${entry}`],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      external: ['react'],
      metafile: true,
      write: false,
    });
    expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
    expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThan(limit);
  });
});
