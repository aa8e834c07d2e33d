import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Variables by name, as in `process.env`. */
export type Variables = Record<string, string>;

/** The environment of this process, without unset entries. The only place of this package that reads `process.env`. */
export function processVariables(): Variables {
  const variables: Variables = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) variables[name] = value;
  return variables;
}

/** The `.env` file in `folder`, or nothing when there is none. */
export function dotEnvVariables(folder: string): Variables {
  const path = join(folder, '.env');
  if (!existsSync(path)) return {};
  const variables: Variables = {};
  for (const [name, value] of Object.entries(parseEnv(readFileSync(path, 'utf8')))) {
    if (value !== undefined && value !== '') variables[name] = value;
  }
  return variables;
}

/** True when `npm run …` (or another package manager) is the parent of this process. */
export function startedByPackageManager(): boolean {
  return process.env.npm_lifecycle_event !== undefined;
}
