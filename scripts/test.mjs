// `npm test`: Jest's suites, then the build, then the browser suite on what was built. One after the other: each can use both
// cores of a small machine, and tests of timeouts do not like to share them.
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

const steps = [
  ['jest', [], {}],
  ['turbo', ['run', 'build', '--ui=stream', '--output-logs=errors-only'], { NODE_ENV: 'production' }],
  ['playwright', ['test', '--config', 'apps/web/playwright.config.ts'], { SKELLY_BUILT: 'true' }],
];
for (const [command, args, variables] of steps) {
  const code = await run(command, args, { ...env, ...variables });
  if (code !== 0) process.exit(code);
}

function run(command, args, variables) {
  return new Promise((resolve) => {
    const child = spawn(join(tools, command), args, { cwd: root, env: variables, stdio: 'inherit' });
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
