import { type Queries, users } from '@skelly/db';
import { newId, type UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { type Member, type Role, userRegistered, userRoleChanged } from '@skelly/types/user';
import { eq } from 'drizzle-orm';
import { validate as isUuid } from 'uuid';

export interface Registration {
  /** Lower case. */
  readonly email: string;
  readonly displayName: string;
  readonly passwordHash: string;
  /** @defaultValue member */
  readonly role?: Role;
  readonly now: Date;
}

/**
 * Makes a visitor a member. Emits `user:registered`.
 *
 * @returns the new member's id.
 * @throws AppError `email_taken` when the address belongs to a member already.
 */
export async function registerMember(work: UnitOfWork, registration: Registration): Promise<string> {
  const { now, ...member } = registration;
  const [created] = await work.tx
    .insert(users)
    .values({ id: newId(), createdAt: now, ...member })
    .onConflictDoNothing({ target: users.email })
    .returning({ id: users.id });
  if (!created) {
    throw new AppError({
      kind: 'conflict',
      code: 'email_taken',
      message: 'There is an account with this address. Sign in instead, or use another address.',
    });
  }
  work.emit(userRegistered, { userId: created.id, requiresEmailVerification: true });
  return created.id;
}

/** What is needed to check a password. */
export async function findCredentials(
  queries: Queries,
  email: string,
): Promise<{ userId: string; passwordHash: string } | undefined> {
  const [found] = await queries
    .select({ userId: users.id, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.email, email));
  return found;
}

/** Whether somebody whom an event names is a member: ids of others come in any form. */
export async function isMember(queries: Queries, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  const [found] = await queries.select({ id: users.id }).from(users).where(eq(users.id, id));
  return found !== undefined;
}

/** @throws AppError `not_found` when the member is gone. */
export async function getMember(queries: Queries, userId: string): Promise<Member> {
  const [found] = await queries.select().from(users).where(eq(users.id, userId));
  if (!found)
    throw new AppError({ kind: 'not_found', code: 'member_not_found', message: 'This member does not exist.' });
  return {
    id: found.id,
    email: found.email,
    displayName: found.displayName,
    role: found.role,
    emailVerified: found.emailVerifiedAt !== null,
    createdAt: found.createdAt.toISOString(),
  };
}

/**
 * Gives a member a role. Emits `user:role.changed`, unless it is theirs already.
 *
 * @throws AppError `not_found` when no member has the address.
 */
export async function grantRole(work: UnitOfWork, { email, role }: { email: string; role: Role }): Promise<string> {
  const [member] = await work.tx
    .select({ id: users.id, role: users.role })
    .from(users)
    .where(eq(users.email, email))
    .for('no key update');
  if (!member)
    throw new AppError({
      kind: 'not_found',
      code: 'member_not_found',
      message: `No member has the address ${email}.`,
    });
  if (member.role === role) return member.id;
  await work.tx.update(users).set({ role }).where(eq(users.id, member.id));
  work.emit(userRoleChanged, { userId: member.id, role });
  return member.id;
}
