import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A page without its code blocks, which are no prose. */
function proseOf(page: string): string {
  return page.replace(/^```[\s\S]*?^```/gm, '');
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, text]) => text as string);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

/**
 * The relative links of a page that lead nowhere: no such file, or no such heading in it.
 *
 * @param root the checkout. @param file the page, relative to it.
 */
export function findBrokenLinks(root: string, file: string): readonly string[] {
  const page = readFileSync(join(root, file), 'utf8');
  const targets = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const linked = path === '' ? join(root, file) : join(root, dirname(file), path);
      if (!existsSync(linked)) return true;
      if (anchor === undefined) return false;
      return statSync(linked).isDirectory() || !anchorsOf(readFileSync(linked, 'utf8')).has(anchor);
    });
}

const OURS = /^(?:apps|packages|docs|scripts|\.ci)(?:\/[\w.()[\]<>*-]+)+\/?$/;

/** The paths in backticks that look like files of the repository and are not there. `<…>` and `*` stand for anything. */
export function findMissingPaths(root: string, page: string, exceptions: readonly string[] = []): readonly string[] {
  const named = [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, text]) => text as string);
  return named.filter((path) => OURS.test(path) && !exceptions.includes(path) && !existsAs(root, path));
}

function existsAs(root: string, path: string): boolean {
  const fixed = path.split(/[<*]/, 1)[0] as string;
  const found = join(root, fixed === path ? path : dirname(`${fixed}x`));
  return existsSync(found) && !relative(root, found).startsWith('..');
}

/** The names of root scripts that a page tells its reader to run, as `npm run NAME`, `npm NAME` or `pnpm NAME`. */
export function namedScripts(page: string): readonly string[] {
  const commands = page.matchAll(/\b(?:p?npm run ([a-z][\w:-]*)|npm (start|test)\b|pnpm ([a-z][\w:-]*))/g);
  return [...new Set([...commands].map(([, run, npm, pnpm]) => (run ?? npm ?? pnpm) as string))];
}
