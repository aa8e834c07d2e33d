import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isSameProcess } from '../process/identity';
import { readJson, replaceFile } from './json-file';
import type { DataPaths } from './paths';

/** A process of the stack as it is written down, with the mark that tells it from a later stranger of the same number. */
export interface RecordedProcess {
  name: string;
  pid: number;
  identity: string | null;
  port: number;
  url: string;
  startedAt: string;
  /** How it is asked to end. */
  stopSignal: NodeJS.Signals;
}

/** `.skelly/stack.json`: what runs, for people, the CLI, and the next start. */
export interface StackRecord {
  url: string;
  mode: string;
  supervisor: { pid: number; identity: string | null };
  startedAt: string;
  processes: RecordedProcess[];
}

export function writeRecord(paths: DataPaths, record: StackRecord): void {
  replaceFile(paths.stack, `${JSON.stringify(record, null, 2)}\n`);
}

export function removeRecord(paths: DataPaths): void {
  rmSync(paths.stack, { force: true });
}

/** A stack runs in this folder already. */
export class AlreadyRunning extends Error {
  constructor(
    readonly url: string,
    readonly pid: number,
  ) {
    super(`Skelly is running already: ${url} (process ${pid}). Ctrl-C in its terminal stops it.`);
    this.name = 'AlreadyRunning';
  }
}

/** Looks whether a stack runs in the folder, before something is done that it would suffer from. @throws AlreadyRunning */
export function refuseSecond(paths: DataPaths): void {
  const holder = readHolder(paths);
  if (holder && isSameProcess(holder.pid, holder.identity)) throw new AlreadyRunning(holder.url, holder.pid);
}

/**
 * Takes the folder for this process. A lock whose owner is gone, however it ended, is taken over.
 *
 * @returns gives the folder back.
 * @throws AlreadyRunning
 */
export function lockFolder(paths: DataPaths, url: string): () => void {
  const draft = `${paths.lock}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ pid: process.pid, identity: identify(process.pid), url }), { mode: 0o600 });
  try {
    for (;;) {
      try {
        // A hard link appears with its content or not at all, and only one of two can make it.
        linkSync(draft, paths.lock);
        return () => releaseLock(paths);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      refuseSecond(paths);
      rmSync(paths.lock, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function releaseLock(paths: DataPaths): void {
  if (readHolder(paths)?.pid === process.pid) rmSync(paths.lock, { force: true });
}

function readHolder(paths: DataPaths): { pid: number; identity: string; url: string } | null {
  try {
    return JSON.parse(readFileSync(paths.lock, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Ends what a killed supervisor left behind: only processes whose mark is the recorded one. Applications first, the
 * database last; SIGKILL to their group after `withinMs` (default 10 s).
 *
 * @returns the names of those that still ran.
 */
export async function stopLeftovers(paths: DataPaths, withinMs = 10_000): Promise<string[]> {
  const record = readJson(paths.stack) as Partial<StackRecord> | null;
  const processes = Array.isArray(record?.processes) ? record.processes : [];
  const left = processes.filter((entry) => isSameProcess(entry.pid, entry.identity));
  await endAll(
    left.filter((entry) => entry.name !== 'postgres'),
    withinMs,
  );
  await endAll(
    left.filter((entry) => entry.name === 'postgres'),
    withinMs,
  );
  return left.map((entry) => entry.name);
}

async function endAll(processes: readonly RecordedProcess[], withinMs: number): Promise<void> {
  const alive = () => processes.filter((entry) => isSameProcess(entry.pid, entry.identity));
  for (const entry of alive()) signal(entry.pid, entry.stopSignal);
  const deadline = Date.now() + withinMs;
  while (alive().length > 0 && Date.now() < deadline) await delay(50);
  for (const entry of alive()) signal(-entry.pid, 'SIGKILL');
  while (alive().length > 0) await delay(20);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}
