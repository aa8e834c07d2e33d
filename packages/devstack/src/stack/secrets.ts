import { randomBytes } from 'node:crypto';
import { readJson, replaceFile } from './json-file';

/** Secrets of one machine. Generated ones begin with `local_`, which production refuses. */
export interface Secrets {
  APP_SECRET: string;
  POSTGRES_PASSWORD: string;
}

const NAMES = ['APP_SECRET', 'POSTGRES_PASSWORD'] as const satisfies readonly (keyof Secrets)[];

/** Reads the secrets of a data folder; those that are missing are generated once and kept. */
export function loadSecrets(path: string): Secrets {
  const stored = readJson(path);
  const known: Record<string, unknown> = stored && typeof stored === 'object' ? { ...stored } : {};
  const secrets = Object.fromEntries(
    NAMES.map((name) => {
      const value = known[name];
      return [
        name,
        typeof value === 'string' && value !== '' ? value : `local_${randomBytes(32).toString('base64url')}`,
      ];
    }),
  ) as unknown as Secrets;
  if (NAMES.some((name) => known[name] !== secrets[name]))
    replaceFile(path, `${JSON.stringify({ ...known, ...secrets }, null, 2)}\n`);
  return secrets;
}
