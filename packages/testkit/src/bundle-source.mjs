// Bundles a TypeScript program as production's are bundled, so that it starts in a fraction of the time that its sources take one
// by one: `node bundle-source.mjs SOURCE BUNDLE`. The bundle may lie anywhere.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [, , source, bundle] = process.argv;

/** What ships native code is loaded from where the source that asks for it finds it. */
const native = {
  name: 'native',
  setup({ onResolve }) {
    onResolve({ filter: /^@node-rs\// }, ({ path, resolveDir }) => ({
      path: pathToFileURL(createRequire(join(resolveDir, 'source.js')).resolve(path)).href,
      external: true,
    }));
  },
};

/** A source that asks where it is, is told where it was. */
const whereabouts = {
  name: 'whereabouts',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path).href);
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
};

await build({
  entryPoints: [source],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  // CommonJS dependencies call require() at run time.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  external: ['pg-native'],
  plugins: [native, whereabouts],
  logLevel: 'warning',
});
