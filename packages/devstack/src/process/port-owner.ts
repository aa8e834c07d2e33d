import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { commandOf } from './identity';

export interface PortOwner {
  pid: number;
  command: string | null;
}

/** Who listens on a TCP port of this machine; null when it cannot be known (another user's process, an unusual system). Never throws. */
export function ownerOfPort(port: number): PortOwner | null {
  const pid = (process.platform === 'linux' ? byProc(port) : null) ?? byLsof(port) ?? bySs(port);
  return pid === null ? null : { pid, command: commandOf(pid) };
}

const LISTEN = '0A';

function byProc(port: number): number | null {
  const inodes = new Set([...inodesOf('/proc/net/tcp', port), ...inodesOf('/proc/net/tcp6', port)]);
  if (inodes.size === 0) return null;
  for (const entry of list('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    for (const fd of list(`/proc/${entry}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${entry}/fd/${fd}`))?.[1];
      if (inode && inodes.has(inode)) return Number(entry);
    }
  }
  return null;
}

/** Columns: sl, local address as HEX:PORT, remote, state, queues, timer, retransmits, uid, timeout, inode. */
function inodesOf(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return read(table)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === LISTEN && columns[1]?.endsWith(`:${hex}`))
    .flatMap((columns) => columns[9] ?? []);
}

function byLsof(port: number): number | null {
  return firstNumber(run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']), /^p(\d+)/m);
}

function bySs(port: number): number | null {
  return firstNumber(run('ss', ['-ltnpH', `sport = :${port}`]), /pid=(\d+)/);
}

function firstNumber(text: string, pattern: RegExp): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits ? Number(digits) : null;
}

function run(command: string, args: string[]): string {
  return spawnSync(command, args, { encoding: 'utf8', timeout: 3_000 }).stdout ?? '';
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
