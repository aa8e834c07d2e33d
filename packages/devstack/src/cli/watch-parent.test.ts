import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { packageManagerAbove } from './watch-parent';

test('behind the shell of a script stands the package manager; any other parent is it itself', async () => {
  // The trailing command keeps the shell from handing its own process over.
  const shell = spawn(
    'sh',
    ['-c', `${process.execPath} --eval "console.log('up'); setInterval(() => {}, 1000)"; true`],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    },
  );
  await once(shell.stdout, 'data');
  expect(packageManagerAbove(shell.pid as number)).toEqual([shell.pid, process.pid]);
  expect(packageManagerAbove(process.pid)).toEqual([process.pid]);
  process.kill(-(shell.pid as number), 'SIGKILL');
});
