import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that this package lies in. */
export const repositoryFolder = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');

/** Everything that a stack keeps on disk. */
export interface DataPaths {
  folder: string;
  postgres: string;
  mail: string;
  logs: string;
  secrets: string;
  env: string;
  stack: string;
  lock: string;
}

/** The layout of a data folder (`.skelly/` in the checkout unless SKELLY_DATA_DIR says otherwise). */
export function dataPaths(folder: string): DataPaths {
  return {
    folder,
    postgres: join(folder, 'postgres'),
    mail: join(folder, 'mail'),
    logs: join(folder, 'logs'),
    secrets: join(folder, 'secrets.json'),
    env: join(folder, 'env'),
    stack: join(folder, 'stack.json'),
    lock: join(folder, 'lock'),
  };
}

export function createDataFolder(paths: DataPaths): void {
  mkdirSync(paths.logs, { recursive: true });
}

/** What `--fresh` keeps: downloaded tools are no data, and the lock is held by the one who asks. */
const KEPT = new Set(['lock', 'localstack', 'cache']);

/** Removes all data of a stack. The caller holds its lock, and no process of it runs. */
export function wipeData(paths: DataPaths): void {
  if (!existsSync(paths.folder)) return;
  for (const entry of readdirSync(paths.folder)) {
    if (!KEPT.has(entry)) rmSync(join(paths.folder, entry), { recursive: true, force: true });
  }
}

/** The checkout's own data folder. */
export const defaultDataFolder = join(repositoryFolder, '.skelly');
