import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { target } from './env';

interface StackRecord {
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

/** Runs something while a process of the stack stands still. It goes on afterwards, whatever happens. */
export async function whilePaused(name: string, run: () => Promise<void>): Promise<void> {
  const { processes } = JSON.parse(await readFile(join(target().dataDir, 'stack.json'), 'utf8')) as StackRecord;
  const found = processes.find((process) => process.name === name);
  if (!found) throw new Error(`No process ${name} in the stack.`);
  process.kill(found.pid, 'SIGSTOP');
  try {
    await run();
  } finally {
    process.kill(found.pid, 'SIGCONT');
  }
}
