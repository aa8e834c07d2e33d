import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One change that a page tells its reader to make. */
export interface GuideStep {
  readonly file: string;
  readonly change: 'create' | 'after' | 'before' | 'replace';
  /** The line that the change is made at; none for a new file. */
  readonly anchor?: string;
  readonly code: string;
}

const STEP =
  /(?:Create `(?<created>[^`]+)`:|In `(?<file>[^`]+)`, (?<change>after|before|replace) the line `(?<anchor>[^`]+)`(?:, add| with):)\n\n```\w+\n(?<code>[\s\S]*?)```/g;

/**
 * The steps of a guide, in order. The sentence before a block says what to do with it: "Create `path`:", or
 * "In `path`, after (before, replace) the line `…`, add:".
 */
export function readGuide(page: string): readonly GuideStep[] {
  return [...page.matchAll(STEP)].map(({ groups = {} }) =>
    groups['created']
      ? { file: groups['created'], change: 'create', code: groups['code'] as string }
      : {
          file: groups['file'] as string,
          change: groups['change'] as GuideStep['change'],
          anchor: groups['anchor'] as string,
          code: groups['code'] as string,
        },
  );
}

/** Makes a step's change below `root`, indented like the line that it is made at; what goes before a line gets an empty one after it. @throws Error when its line is not there exactly once, or a new file exists. */
export function applyStep(root: string, { file, change, anchor, code }: GuideStep): void {
  const path = join(root, file);
  if (change === 'create') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code, { flag: 'wx' });
    return;
  }
  const lines = readFileSync(path, 'utf8').split('\n');
  const places = lines.flatMap((line, index) => (line.trim() === anchor ? [index] : []));
  const [place] = places;
  if (place === undefined || places.length > 1)
    throw new Error(`${file} has the line ${anchor} ${places.length} times; the guide needs it once.`);
  const indent = /^\s*/.exec(lines[place] as string)?.[0] ?? '';
  const added = code
    .trim()
    .split('\n')
    .map((line) => (line === '' ? line : indent + line));
  if (change === 'before') added.push('');
  lines.splice(change === 'after' ? place + 1 : place, change === 'replace' ? 1 : 0, ...added);
  writeFileSync(path, lines.join('\n'));
}
