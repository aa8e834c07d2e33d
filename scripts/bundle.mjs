// Builds what runs in production, each as one ES module with everything in it but what ships native code: the app in the
// current folder into dist/main.js, or the entries that are named (src/a/b.ts into dist/a/b.js).
import { build } from 'esbuild';

const entries = process.argv.slice(2);

await build({
  entryPoints: entries.length > 0 ? entries : ['src/main.ts'],
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  sourcemap: true,
  // CommonJS dependencies call require() at run time.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  external: ['@node-rs/argon2', 'pg-native', 'graphile-worker', 'pg-boss'],
  logLevel: 'warning',
});
