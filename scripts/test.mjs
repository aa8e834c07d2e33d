// `npm test`: Jest's suites while the apps are built, then the browser suite on what was built.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, 'node_modules', '.bin');
const env = {
  ...process.env,
  PATH: `${tools}:${process.env.PATH}`,
  NEXT_TELEMETRY_DISABLED: '1',
  TURBO_TELEMETRY_DISABLED: '1',
};
// A Ctrl-C reaches the children by the terminal; they end in order, and so does this.
process.on('SIGINT', () => {});

const build = run(
  'turbo',
  ['run', 'build', '--ui=stream', '--output-logs=errors-only'],
  { ...env, NODE_ENV: 'production' },
  'quiet',
);
const suites = await run('jest', [], env);
const built = await build;
if (built.code !== 0) console.error(`${built.output}\nThe build failed.`);
const failed = suites.code !== 0 || built.code !== 0;
process.exit(
  failed
    ? 1
    : (await run('playwright', ['test', '--config', 'apps/web/playwright.config.ts'], { ...env, SKELLY_BUILT: 'true' }))
        .code,
);

function run(command, args, variables, volume) {
  return new Promise((resolve) => {
    const child = spawn(join(tools, command), args, {
      cwd: root,
      env: variables,
      stdio: volume === 'quiet' ? 'pipe' : 'inherit',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
