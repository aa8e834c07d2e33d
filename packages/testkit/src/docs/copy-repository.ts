import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A checkout of one's own, for changing. */
export interface RepositoryCopy {
  readonly root: string;
  remove(): void;
}

/**
 * Copies what git knows of a checkout, and what it would know, to a temporary folder. Dependencies are linked: those from
 * the registry to where they are, our own packages to the copy, because the links in a package's node_modules are relative.
 */
export function copyRepository(root: string): RepositoryCopy {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'skelly-copy-')));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const workspace of ['apps', 'packages'].flatMap((folder) => foldersIn(root, folder))) {
    const modules = join(workspace, 'node_modules');
    if (existsSync(join(root, modules)))
      cpSync(join(root, modules), join(copy, modules), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !/node_modules\/\.(?!bin)/.test(path.slice(root.length)),
      });
  }
  return { root: copy, remove: () => rmSync(copy, { recursive: true, force: true }) };
}

function foldersIn(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder)).map((name) => join(folder, name));
}
