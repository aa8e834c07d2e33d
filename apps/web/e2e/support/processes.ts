import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { target } from './env';

interface StackRecord {
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

/** Runs something while a process of the stack stands still. It goes on afterwards, whatever happens. */
export async function whilePaused(name: string, run: () => Promise<void>): Promise<void> {
  const pid = await pidOf(name);
  process.kill(pid, 'SIGSTOP');
  try {
    await run();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** Ends a process of the stack without a word. The stack starts it again. */
export async function killOne(name: string): Promise<void> {
  process.kill(await pidOf(name), 'SIGKILL');
}

async function pidOf(name: string): Promise<number> {
  const { processes } = JSON.parse(await readFile(join(target().dataDir, 'stack.json'), 'utf8')) as StackRecord;
  const found = processes.find((process) => process.name === name);
  if (!found) throw new Error(`No process ${name} in the stack.`);
  return found.pid;
}
