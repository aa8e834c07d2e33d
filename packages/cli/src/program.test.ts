import type { Command } from 'commander';
import { createProgram } from './program';

/** Commands that set up rather than operate. */
const WITHOUT = ['user create-admin', 'user grant', 'db migrate'];

const leaves = (command: Command, path: readonly string[] = []): readonly (readonly [string, Command])[] =>
  command.commands.length === 0
    ? [[path.join(' '), command]]
    : command.commands.flatMap((next) => leaves(next, [...path, next.name()]));

test('every command answers in JSON too', () => {
  const all = leaves(createProgram());
  expect(all.length).toBeGreaterThan(30);
  const speaking = all.filter(([, { options }]) => !options.some(({ long }) => long === '--json'));
  expect(speaking.map(([path]) => path)).toEqual(WITHOUT);
});
