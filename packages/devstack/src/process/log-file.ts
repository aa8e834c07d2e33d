import { closeSync, copyFileSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A program's output on disk. Programs write to `fd` themselves, so their output survives the supervisor. */
export interface LogFile {
  readonly path: string;
  readonly fd: number;
  /** Appends one line of our own. */
  write(line: string): void;
  /** The last lines, at most `count`, without empty ones. */
  tail(count: number): string[];
  /** What came since the last call, for showing it while it happens. */
  readNew(): string;
  close(): void;
}

/**
 * Opens a log for appending. When it outgrows `maxBytes` (default 5 MiB, looked at every 5 s) it is copied to
 * `<path>.1`, which is replaced, and begins anew: a log takes about twice `maxBytes` at most.
 */
export function openLogFile(path: string, options: { maxBytes?: number; checkEveryMs?: number } = {}): LogFile {
  const maxBytes = options.maxBytes ?? 5 * 1024 * 1024;
  mkdirSync(dirname(path), { recursive: true });
  // a+: appended to by every writer, so that truncating under their feet is safe.
  const fd = openSync(path, 'a+', 0o600);
  let shown = fstatSync(fd).size;

  const trim = () => {
    if (fstatSync(fd).size <= maxBytes) return;
    copyFileSync(path, `${path}.1`);
    ftruncateSync(fd, 0);
    shown = 0;
  };
  trim();
  const timer = setInterval(trim, options.checkEveryMs ?? 5_000).unref();

  const read = (from: number, to: number): string => {
    const buffer = Buffer.alloc(Math.max(0, to - from));
    const bytes = readSync(fd, buffer, 0, buffer.length, from);
    return buffer.toString('utf8', 0, bytes);
  };

  return {
    path,
    fd,
    write: (line) => void writeSync(fd, `${line}\n`),
    tail(count) {
      const { size } = fstatSync(fd);
      const lines = read(Math.max(0, size - 64 * 1024), size).split('\n');
      return lines.filter((line) => line.trim() !== '').slice(-count);
    },
    readNew() {
      const { size } = fstatSync(fd);
      const text = read(shown, size);
      shown = size;
      return text;
    },
    close() {
      clearInterval(timer);
      closeSync(fd);
    },
  };
}
