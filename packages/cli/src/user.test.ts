import { Command } from 'commander';
import { addUserCommands } from './user';

/** What a command line is refused with. Nothing here comes as far as a database. */
async function refusalOf(...words: readonly string[]): Promise<string> {
  const program = new Command();
  addUserCommands(program);
  let said = '';
  for (const command of [program, ...program.commands.flatMap((user) => [user, ...user.commands])]) {
    command.exitOverride().configureOutput({ writeErr: (text) => (said += text) });
  }
  const error = await program.parseAsync(['user', ...words], { from: 'user' }).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  return said || String(error?.message);
}

test.each([
  [['create-admin', '--email', 'ada at example', '--name', 'Ada'], /^--email: /],
  [['create-admin', '--email', 'ada@example.com', '--name', ' '], /^--name: /],
  [['create-admin', '--email', 'ada@example.com'], /required option '--name <name>' not specified/],
  [['grant', '--email', 'ada at example', '--role', 'admin'], /^--email: /],
  [['grant', '--email', 'ada@example.com'], /required option '--role <role>' not specified/],
  [['grant', '--email', 'ada@example.com', '--role', 'king'], /Allowed choices are member, creator, support, admin/],
])('user %j is refused with what is wrong', async (words, reason) => {
  expect(await refusalOf(...words)).toMatch(reason);
});
