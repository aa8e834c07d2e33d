import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processVariables } from './env';
import { identify } from './process/identity';
import type { Program } from './process/program';

/** A folder of a test's own. */
export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'skelly-devstack-')));
}

/** A program that is a few lines of JavaScript. */
export function scriptProgram(script: string, more: Partial<Program> = {}): Program {
  return {
    command: process.execPath,
    args: ['--eval', script],
    cwd: tmpdir(),
    env: processVariables(),
    lifeline: 'tether',
    ...more,
  };
}

/** Waits for a condition, 10 s at most, and fails with its name. */
export async function waitFor(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await delay(20);
  }
}

export function isAlive(pid: number): boolean {
  return identify(pid) !== null;
}
