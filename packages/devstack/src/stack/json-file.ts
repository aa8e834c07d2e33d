import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Reads JSON; null when the file is missing or was torn by a crash. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Replaces a file as a whole, so that a reader never sees half of it. Readable by its owner only. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
}
