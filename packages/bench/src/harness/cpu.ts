import { readFileSync } from 'node:fs';

/** Ticks of /proc a second: fixed in Linux's interface to programs. */
const TICKS = 100;

/**
 * Seconds of CPU that a process has used, its own start included. Steadier than any rate on a machine that others use too.
 * Undefined where it cannot be told: the process has ended, or this is not Linux.
 */
export function readCpuSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; user and system time are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return undefined;
  }
}
