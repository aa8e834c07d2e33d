import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBrokenLinks, findMissingPaths, namedScripts } from '@skelly/testkit/docs';
import { filesOf } from '@skelly/testkit/feature-map';
import manifest from '../package.json';

const root = join(__dirname, '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...filesOf(__dirname)
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
];
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** Files that pages name because the reader will make them. */
const TO_BE_MADE = [
  'packages/db/migrations/NNNN_what.sql',
  'apps/worker/src/handlers/user/new-sign-in-mail.ts',
  'apps/web/test-results/pictures/home.normal.1280.light.png',
];

describe.each(pages)('%s', (page) => {
  test('links to what is there', () => {
    expect(findBrokenLinks(root, page)).toEqual([]);
  });

  test('names paths that exist', () => {
    expect(findMissingPaths(root, textOf(page), TO_BE_MADE)).toEqual([]);
  });

  test('asks for health where our processes answer', () => {
    const lines = textOf(page).split('\n');
    expect(lines.filter((line) => /healthz|readyz/i.test(line) && !/mailpit/i.test(line))).toEqual([]);
  });

  test('names scripts that exist', () => {
    expect(namedScripts(textOf(page)).filter((name) => !(name in manifest.scripts))).toEqual([]);
  });
});

test('the index lists every page', () => {
  const listed = [...textOf('docs/README.md').matchAll(/\]\(([^)#]+)\)/g)].map(([, target]) => `docs/${target}`);
  // Decisions are listed by their folder: their numbers and names are the list.
  const own = pages.filter((page) => page.startsWith('docs/') && !page.startsWith('docs/decisions/'));
  expect(own.filter((page) => page !== 'docs/README.md' && !listed.includes(page))).toEqual([]);
});

test('the README names every script', () => {
  const scripts = Object.keys(manifest.scripts);
  const own = scripts.filter((name) => !(name.startsWith('pre') && scripts.includes(name.slice('pre'.length))));
  expect(own.filter((name) => !namedScripts(textOf('README.md')).includes(name))).toEqual([]);
});

test('the glossary is in order, each word once', () => {
  const words = [...textOf('docs/glossary.md').matchAll(/^\| ([^|]+) \|/gm)].map(([, word]) => word as string).slice(2);
  expect(words).toEqual([...new Set(words)].sort((a, b) => a.localeCompare(b, 'en')));
});
