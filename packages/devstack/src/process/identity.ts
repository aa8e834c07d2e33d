import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * A mark that tells a process from any later one with the same number: its start time and, on Linux, the boot.
 *
 * @returns null when no such process runs (a zombie counts as gone).
 */
export function identify(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return process.platform === 'linux' ? identifyByProc(pid) : ps('lstart', pid);
}

/** True when `pid` still is the process that had this mark. A stranger that was given the same number is not. */
export function isSameProcess(pid: number, identity: string | null): boolean {
  return identity !== null && identify(pid) === identity;
}

function identifyByProc(pid: number): string | null {
  const fields = statOf(pid);
  if (fields === null || fields[0] === 'Z' || fields[0] === 'X') return null;
  return `${bootId()}:${fields[19]}`;
}

/** The fields of /proc/<pid>/stat from the state on. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command stands in parentheses and may itself hold spaces and parentheses: count fields behind the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** The parent of a process; null when it cannot be known. */
export function parentOf(pid: number): number | null {
  const text = process.platform === 'linux' ? statOf(pid)?.[1] : ps('ppid', pid);
  const parent = Number(text);
  return Number.isInteger(parent) && parent > 0 ? parent : null;
}

function ps(column: 'lstart' | 'command' | 'ppid', pid: number): string | null {
  const { status, stdout } = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
  return (status === 0 && stdout.trim()) || null;
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'boot';
  }
}

/** The command line of a process for people to read, at most 160 characters; null when it cannot be known. */
export function commandOf(pid: number): string | null {
  const command = process.platform === 'linux' ? commandByProc(pid) : ps('command', pid);
  if (!command) return null;
  return command.length > 160 ? `${command.slice(0, 159)}…` : command;
}

function commandByProc(pid: number): string | null {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return line || readFileSync(`/proc/${pid}/comm`, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

/** The folder a process works in; null when it cannot be known. */
export function workingFolderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}
