import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SNIPPET = /<!-- from (?<file>\S+): (?<region>[\w-]+) -->\n```(?<language>\w+)\n[\s\S]*?```/g;
const BLOCK = /^```(?<language>ts|tsx|js|sql)\n/gm;

/**
 * A page with its snippets as they are in the files that they come from. A snippet stands below the line `<!-- from FILE: REGION -->`, the file relative to
 * the page; in it the region stands between `// #region REGION` and `// #endregion`, in SQL with `--` in place of `//`.
 *
 * @throws Error when a file or region is not there.
 */
export function fillSnippets(root: string, page: string): string {
  const text = readFileSync(join(root, page), 'utf8');
  return text.replace(SNIPPET, (_all, file: string, region: string, language: string) => {
    const source = readFileSync(join(root, dirname(page), file), 'utf8');
    return `<!-- from ${file}: ${region} -->\n\`\`\`${language}\n${regionOf(source, region, file)}\`\`\``;
  });
}

/** How many blocks of code and SQL a page has, and how many of them come from files. */
export function countSnippets(page: string): { readonly blocks: number; readonly filled: number } {
  return {
    blocks: [...page.matchAll(BLOCK)].length,
    filled: [...page.matchAll(SNIPPET)].filter(({ groups }) => /^(ts|tsx|js|sql)$/.test(groups?.['language'] ?? ''))
      .length,
  };
}

function regionOf(source: string, region: string, file: string): string {
  const lines = source.split('\n');
  const begin = lines.findIndex((line) => /^(\/\/|--) #region (\S+)$/.exec(line.trim())?.[2] === region);
  const end = lines.findIndex((line, index) => index > begin && /^(\/\/|--) #endregion$/.test(line.trim()));
  if (begin < 0 || end < 0) throw new Error(`${file} has no region "${region}" that ends.`);
  const inner = lines.slice(begin + 1, end);
  const indents = inner.filter((line) => line !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return inner.map((line) => `${line.slice(indent)}\n`).join('');
}
