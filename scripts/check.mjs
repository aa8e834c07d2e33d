// Everything that can be said of the code without running the product: `npm run check`. All steps run, each failure is shown.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const steps = [
  ['format and lint', 'biome', 'ci', '--colors=off', '.'],
  ['promises', 'oxlint', '--type-aware', '--deny-warnings'],
  ['types', 'turbo', 'run', 'typecheck', '--output-logs=errors-only', '--ui=stream'],
  ['types of scripts and documents', 'tsc', '--noEmit', '--project', 'docs'],
  ['unused code', 'knip'],
  [
    'feature map, documents and size of the SDK',
    'jest',
    '--ci',
    '--testPathPatterns',
    'feature-map',
    'docs/',
    'openapi',
    'asyncapi',
    'packages/testkit/src/bundle',
    '--selectProjects',
    'unit',
  ],
  ['schema drift', 'jest', '--ci', '--testPathPatterns', 'packages/db/src/schema', '--selectProjects', 'int'],
];

const failed = [];
for (const [name, command, ...args] of steps) {
  const begun = Date.now();
  const { status, stdout, stderr, error } = spawnSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
      NO_COLOR: '1',
      TURBO_TELEMETRY_DISABLED: '1',
      NEXT_TELEMETRY_DISABLED: '1',
    },
  });
  const held = status === 0;
  console.log(`${held ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  if (held) continue;
  failed.push(name);
  console.log(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.replace(/^/gm, '       '));
}
if (failed.length > 0) {
  console.log(`\nNot as it should be: ${failed.join(', ')}. \`npm run format\` repairs what a program can.`);
  process.exit(1);
}
