import { commandOf, identify, isSameProcess, parentOf } from '../process/identity';

const LOOK_EVERY_MS = 500;

/**
 * Calls `gone` once when the package manager that runs this process ends, however it ends. Between the two may stand
 * the shell that it runs scripts with, which outlives it.
 */
export function watchPackageManager(gone: () => void): void {
  const watched = packageManagerAbove(process.ppid).map((pid) => ({ pid, identity: identify(pid) }));
  const timer = setInterval(() => {
    if (watched.every(({ pid, identity }) => isSameProcess(pid, identity))) return;
    clearInterval(timer);
    gone();
  }, LOOK_EVERY_MS).unref();
}

/** The parent, and its own parent where the first is no more than a shell for one command. */
export function packageManagerAbove(parent: number): number[] {
  const isScriptShell = /^\S*\b(sh|bash|dash|ash|zsh)\b.* -c /.test(commandOf(parent) ?? '');
  const above = isScriptShell ? parentOf(parent) : null;
  return above === null ? [parent] : [parent, above];
}
