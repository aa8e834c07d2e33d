import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commandOf, identify, workingFolderOf } from '../process/identity';

const FAST_SHUTDOWN_MS = 10_000;

/**
 * Ends the Postgres that still runs in a data folder (a supervisor killed with SIGKILL may leave one) and removes the
 * pid file of one that is gone. A stranger that was given its number in the meantime is never touched.
 */
export async function stopPostgresIn(dir: string): Promise<void> {
  const pidFile = join(dir, 'postmaster.pid');
  const postmaster = readPostmasterPid(pidFile);
  if (postmaster !== null && isPostgresIn(dir, postmaster)) {
    process.kill(postmaster, 'SIGINT');
    const deadline = Date.now() + FAST_SHUTDOWN_MS;
    while (isPostgresIn(dir, postmaster) && Date.now() < deadline) await delay(50);
    if (isPostgresIn(dir, postmaster)) process.kill(postmaster, 'SIGKILL');
  }
  // Backends of a killed postmaster end by themselves, but a new one refuses to start while they hold its memory.
  for (const pid of backendsIn(dir)) kill(pid);
  while (backendsIn(dir).length > 0) await delay(20);
  // Postgres would trust any living process of that number to be itself, and refuse to start.
  rmSync(pidFile, { force: true });
}

function readPostmasterPid(pidFile: string): number | null {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

/** True when this process is a Postgres that works in this very folder. */
function isPostgresIn(dir: string, pid: number): boolean {
  if (identify(pid) === null) return false;
  if (process.platform !== 'linux') {
    const command = commandOf(pid) ?? '';
    return /\bpostgres\b/.test(command) && command.includes(dir);
  }
  return executableOf(pid) === 'postgres' && workingFolderOf(pid) === dir;
}

/** Postgres removes nothing of a replaced package while it runs: the link then ends in " (deleted)". */
function executableOf(pid: number): string | null {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''));
  } catch {
    return null;
  }
}

function backendsIn(dir: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => isPostgresIn(dir, pid));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
