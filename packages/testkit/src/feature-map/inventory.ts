import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

interface PushedContract {
  readonly type: string;
  readonly push: readonly { readonly to: (data: never) => string }[];
}

/** A contract's pushes as `type → channel`, with the fields that a channel is named by in braces: `user:{userId}`. */
export function pushesOf(contract: PushedContract): readonly string[] {
  const fields = new Proxy({}, { get: (_data, field) => `{${String(field)}}` });
  return contract.push.map((rule) => `${contract.type} → ${rule.to(fields as never)}`);
}

/** The functions among a module's exports, as `feature.function`. */
export function servicesOf(feature: string, exported: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(exported).flatMap(([name, value]) =>
    typeof value === 'function' ? [`${feature}.${name}`] : [],
  );
}

/** The addresses of a Next.js app folder's pages. Folders in parentheses group pages and are no part of an address. */
export function pagesOf(appFolder: string): readonly string[] {
  return filesOf(appFolder)
    .filter((path) => /(^|\/)page\.tsx?$/.test(path))
    .map((path) => {
      const folders = path.split('/').slice(0, -1);
      return `/${folders.filter((folder) => !/^\(.*\)$/.test(folder)).join('/')}`;
    })
    .sort();
}

/** Every file below a folder, relative to it, with forward slashes. */
export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split('\\').join('/'))
    .sort();
}
