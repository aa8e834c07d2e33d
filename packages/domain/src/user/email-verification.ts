import { createHash, createHmac } from 'node:crypto';
import { emailVerification, type Queries, users } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { userEmailVerified } from '@skelly/types/user';
import { and, eq, gt, isNull } from 'drizzle-orm';

/** How long a link may be followed, in days. */
export const VERIFICATION_DAYS = 7;
const VERIFICATION_MS = VERIFICATION_DAYS * 86_400_000;

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Where to write to, and the token that proves the mail was read. */
export interface VerificationRequest {
  readonly email: string;
  readonly displayName: string;
  readonly token: string;
}

/**
 * Prepares the single-use link of one mail. The same `effectKey` gives the same token, so a mail that is sent again after
 * a crash carries the same link.
 *
 * @param options.secret the key from which tokens are derived.
 * @returns null when there is nobody to write to: the member is gone or has verified the address.
 */
export async function requestVerification(
  queries: Queries,
  options: { userId: string; effectKey: string; secret: Buffer; now: Date },
): Promise<VerificationRequest | null> {
  const [member] = await queries
    .select({ email: users.email, displayName: users.displayName, verifiedAt: users.emailVerifiedAt })
    .from(users)
    .where(eq(users.id, options.userId));
  if (!member || member.verifiedAt) return null;
  const token = createHmac('sha256', options.secret).update(options.effectKey).digest('base64url');
  await queries
    .insert(emailVerification)
    .values({
      tokenHash: hashToken(token),
      userId: options.userId,
      email: member.email,
      createdAt: options.now,
      expiresAt: new Date(options.now.getTime() + VERIFICATION_MS),
    })
    .onConflictDoNothing();
  return { email: member.email, displayName: member.displayName, token };
}

/**
 * Follows a link: the address that it was sent to is the member's. Emits `user:email.verified`.
 *
 * @returns the member's id.
 * @throws AppError `verification_invalid` when the link is unknown, used, expired or for an address that the member has left.
 */
export async function verifyEmail(work: UnitOfWork, options: { token: string; now: Date }): Promise<string> {
  const { now } = options;
  const [used] = await work.tx
    .update(emailVerification)
    .set({ usedAt: now })
    .where(
      and(
        eq(emailVerification.tokenHash, hashToken(options.token)),
        isNull(emailVerification.usedAt),
        gt(emailVerification.expiresAt, now),
      ),
    )
    .returning({ userId: emailVerification.userId, email: emailVerification.email });
  const [verified] = used
    ? await work.tx
        .update(users)
        .set({ emailVerifiedAt: now })
        .where(and(eq(users.id, used.userId), eq(users.email, used.email)))
        .returning({ id: users.id })
    : [];
  if (!verified) {
    throw new AppError({
      kind: 'invalid',
      code: 'verification_invalid',
      message: 'This link has been used or has expired. If your address shows as confirmed, all is well.',
    });
  }
  work.emit(userEmailVerified, { userId: verified.id });
  return verified.id;
}
