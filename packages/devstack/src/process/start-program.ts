import { setTimeout as delay } from 'node:timers/promises';
import { openLogFile } from './log-file';
import type { Announcement, Program } from './program';
import { runProgram } from './program';
import { createWarden } from './warden';

const ANNOUNCE_WITHIN_MS = 30_000;

/**
 * Starts one of our programs without supervision, for tests, and waits until it announces its ports.
 *
 * @throws Error when it ends first or is silent for 30 s; the end of its output is in the message.
 */
export async function startProgram(
  program: Program,
  logPath: string,
): Promise<{ ports: Announcement; pid: number; stop: () => Promise<void> }> {
  const log = openLogFile(logPath);
  const running = await runProgram(program, { fd: log.fd, warden: createWarden() });
  const timeout = new AbortController();
  const ports = await Promise.race([
    running.announced,
    running.exited.then(() => null),
    delay(ANNOUNCE_WITHIN_MS, null, { signal: timeout.signal }).catch(() => null),
  ]);
  timeout.abort();
  const stop = async () => {
    await running.stop();
    log.close();
  };
  if (ports !== null) return { ports, pid: running.pid, stop };
  const tail = log.tail(15).join('\n');
  await stop();
  throw new Error(`${program.args.join(' ')} does not start:\n${tail}`);
}
