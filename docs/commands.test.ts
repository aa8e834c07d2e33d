import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommandProblem, namedCommands } from '@skelly/testkit/docs';
import { filesOf } from '@skelly/testkit/feature-map';
import { createProgram } from '../packages/cli/src/program';

const root = join(__dirname, '..');
const program = createProgram();
/** Commands that run where none is named. */
const DEFAULTS = { replay: 'run' };
const problemsOf = (text: string) =>
  namedCommands(text).flatMap((words) => {
    const problem = findCommandProblem(program, words, DEFAULTS);
    return problem ? [`skelly ${words.join(' ')}: ${problem}`] : [];
  });
const pages = ['README.md', 'CONTRIBUTING.md', ...filesOf(__dirname).map((file) => `docs/${file}`)].filter((page) =>
  page.endsWith('.md'),
);

test.each(pages)('%s calls skelly with commands and options that it has', (page) => {
  expect(problemsOf(readFileSync(join(root, page), 'utf8'))).toEqual([]);
});

test('there are such calls, and wrong ones are found', () => {
  const calls = pages.flatMap((page) => namedCommands(readFileSync(join(root, page), 'utf8')));
  expect(calls.length).toBeGreaterThan(50);
  expect(
    problemsOf(
      [
        'See `skelly dlq lst` and `skelly replay --type a:b --agian`.',
        'npm run -s skelly -- queues purge main --reason "no --flag" --force | cat',
        'SKELLY_OPERATOR=a@b.c npm run skelly -- events show 1 --data # --not',
      ].join('\n'),
    ),
  ).toEqual([
    'skelly dlq lst: dlq has no command lst',
    'skelly replay --type a:b --agian: run has no --agian',
    'skelly queues purge main --reason "no --flag" --force: purge has no --force',
  ]);
});
