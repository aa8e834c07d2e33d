import { createPasswords } from '@skelly/domain/password';
import { grantRole, registerMember } from '@skelly/domain/user';
import { displayNameSchema, emailSchema, passwordSchema, ROLES, type Role } from '@skelly/types/user';
import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { withBackbone } from './backbone';
import { record } from './operator';
import { obtainPassword } from './password';

/** Adds `skelly user …`. */
export function addUserCommands(program: Command): void {
  const user = program.command('user').description('accounts and their roles');

  user
    .command('create-admin')
    .description(
      'makes an account that may open /ops; the password is asked for, piped in, or taken from SKELLY_ADMIN_PASSWORD',
    )
    .requiredOption('--email <address>', 'address to sign in with')
    .requiredOption('--name <name>', 'name that others see')
    .action(async (options: { email: string; name: string }) => {
      const email = check('--email', emailSchema, options.email);
      const displayName = check('--name', displayNameSchema, options.name);
      const password = check('the password', passwordSchema, await obtainPassword());
      const passwordHash = await createPasswords().hash(password);
      const userId = await withBackbone(({ events }) =>
        events.transaction(async (work) => {
          const id = await registerMember(work, { email, displayName, passwordHash, role: 'admin', now: new Date() });
          await record(work.tx, { action: 'user.create-admin', target: `user:${id}` });
          return id;
        }),
      );
      process.stdout.write(`Made ${email} an admin (${userId}). Sign in and open /ops.\n`);
    });

  user
    .command('grant')
    .description('gives an account a role')
    .requiredOption('--email <address>', 'address of the account')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .action(async (options: { email: string; role: Role }) => {
      const email = check('--email', emailSchema, options.email);
      const { role } = options;
      await withBackbone(({ events }) =>
        events.transaction(async (work) => {
          const id = await grantRole(work, { email, role });
          await record(work.tx, { action: 'user.grant', target: `user:${id}`, detail: { role } });
        }),
      );
      process.stdout.write(`${email} is now ${role}.\n`);
    });
}

function check<Schema extends z.ZodType>(what: string, schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${what}: ${parsed.error.issues.map((issue) => issue.message).join(' ')}`);
}
