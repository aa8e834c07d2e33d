// Builds the app in the current folder into dist/main.js: one ES module with everything in it but what ships native code.
import { build } from 'esbuild';

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  sourcemap: true,
  // CommonJS dependencies call require() at run time.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  external: ['@node-rs/argon2', 'pg-native'],
  logLevel: 'warning',
});
