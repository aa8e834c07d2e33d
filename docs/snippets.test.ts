import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countSnippets, readGuide } from '@skelly/testkit/docs';
import { filesOf } from '@skelly/testkit/feature-map';
import { guidePage } from '../scripts/guide-page';

const root = join(__dirname, '..');
const guides = filesOf(join(__dirname, 'guides')).filter((file) => file.endsWith('.md'));
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

describe.each(guides.map((file) => `docs/guides/${file}`))('%s', (page) => {
  test('has its snippets and tables as they are in what CI runs', () => {
    const isCurrent = guidePage(root, page) === textOf(page);
    expect(isCurrent ? 'as the files' : 'out of date: npm run docs:write').toBe('as the files');
  });

  test('has no code that nothing runs', () => {
    const { blocks, filled } = countSnippets(textOf(page));
    // The steps of a guide are applied to a copy of the repository by the guide's own test.
    const applied = existsSync(join(root, page.replace(/\.md$/, '.int.test.ts')))
      ? readGuide(textOf(page)).filter(({ file }) => /\.tsx?$/.test(file)).length
      : 0;
    expect({ page, notRun: blocks - filled - applied }).toEqual({ page, notRun: 0 });
  });
});
