// `npm test`: Jest's suites beside the build, then the browser suite on what was built.
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

// The build takes what Jest leaves of two cores: many of its tests wait for processes.
const codes = await Promise.all([
  run('jest', [], env),
  run('turbo', ['run', 'build', '--ui=stream', '--output-logs=errors-only'], { ...env, NODE_ENV: 'production' }),
]);
const failed = codes.find((code) => code !== 0);
if (failed !== undefined) process.exit(failed);
process.exit(
  await run('playwright', ['test', '--config', 'apps/web/playwright.config.ts'], { ...env, SKELLY_BUILT: 'true' }),
);

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
