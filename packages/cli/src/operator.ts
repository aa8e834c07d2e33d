import { hostname, userInfo } from 'node:os';
import { type Queries, users } from '@skelly/db';
import { type OperatorActionInput, recordOperatorAction } from '@skelly/events';
import { eq } from 'drizzle-orm';

/** Who is at the terminal. */
export interface Operator {
  /** `user:{id}` of the admin that SKELLY_OPERATOR names; `cli` without it. */
  readonly actor: string;
  /** Whether an admin has said who they are. */
  readonly isAdmin: boolean;
}

/** @throws Error when the address is not an admin's. */
export async function findOperator(queries: Queries, email: string | undefined): Promise<Operator> {
  if (email === undefined) return { actor: 'cli', isAdmin: false };
  const [found] = await queries
    .select({ id: users.id, role: users.role })
    .from(users)
    .where(eq(users.email, email.trim().toLowerCase()));
  if (found?.role === 'admin') return { actor: `user:${found.id}`, isAdmin: true };
  throw new Error(
    `SKELLY_OPERATOR: ${email} is no admin. Name an account with the role admin, or leave it out. Nothing was changed.`,
  );
}

/** {@link recordOperatorAction} with the terminal in its detail: `user@host` of the system. */
export async function record(queries: Pick<Queries, 'insert'>, action: OperatorActionInput): Promise<void> {
  await recordOperatorAction(queries, { ...action, detail: { ...action.detail, terminal: terminalName() } });
}

/**
 * Lets an admin see what may name people, and writes down that they have. Recorded before anything is shown.
 *
 * @throws Error when nobody has said that they are an admin.
 */
export async function allowData(
  { database, operator }: { readonly database: { readonly queries: Queries }; readonly operator: Operator },
  action: OperatorActionInput,
): Promise<void> {
  if (!operator.isAdmin) {
    throw new Error(
      'What may name people is shown to admins, and it is recorded to whom: set SKELLY_OPERATOR to the e-mail address of your account.',
    );
  }
  await record(database.queries, action);
}

/** `user@host` of the system, for what is recorded elsewhere. */
export function terminalName(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container may run as an id that has no name.
    return `?@${hostname()}`;
  }
}
