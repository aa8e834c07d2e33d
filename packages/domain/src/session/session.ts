import { createHash, randomBytes } from 'node:crypto';
import { type Queries, userSession, users } from '@skelly/db';
import { newId, type UnitOfWork } from '@skelly/events';
import { type Device, deviceWords, type Role, userLoggedIn, userLoggedOut } from '@skelly/types/user';
import { and, eq, gt, isNotNull, isNull, type Placeholder, type SQL } from 'drizzle-orm';

/** How long a session lasts, in days. */
export const SESSION_DAYS = 30;
const SESSION_MS = SESSION_DAYS * 86_400_000;
/** What {@link newToken} makes. */
export const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Who is asking. */
export interface Session {
  readonly sessionId: string;
  readonly userId: string;
  readonly role: Role;
  readonly displayName: string;
  readonly expiresAt: Date;
}

/** A session just opened. The token leaves the server in its cookie and is kept nowhere. */
export interface OpenedSession {
  readonly sessionId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** A token that nobody guesses. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is kept of a token. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Who opens a session, and where. */
export interface Arrival {
  readonly userId: string;
  /** Null when the browser does not say. */
  readonly device: Device | null;
  readonly now: Date;
}

/** Opens a session for a member, without an event: the one of what opened it says enough. */
export async function openSession(work: UnitOfWork, member: Arrival): Promise<OpenedSession> {
  const token = newToken();
  const sessionId = newId();
  const expiresAt = new Date(member.now.getTime() + SESSION_MS);
  const { userId, device, now: createdAt } = member;
  await work.tx.insert(userSession).values({
    tokenHash: hashToken(token),
    id: sessionId,
    userId,
    createdAt,
    expiresAt,
    device: device && deviceWords(device),
  });
  return { sessionId, token, expiresAt };
}

/** Opens a session because a member signed in. Emits `user:logged.in`. */
export async function logIn(work: UnitOfWork, member: Arrival): Promise<OpenedSession> {
  const { device } = member;
  const newDevice = device && (await isNewDevice(work, member.userId, device)) ? { newDevice: device } : {};
  const session = await openSession(work, member);
  work.emit(userLoggedIn, { userId: member.userId, sessionId: session.sessionId, ...newDevice });
  return session;
}

/** Whether the member's sessions are known, as long as they are kept, and none of them was on this device. */
async function isNewDevice(work: UnitOfWork, userId: string, device: Device): Promise<boolean> {
  const known = await work.tx
    .selectDistinct({ device: userSession.device })
    .from(userSession)
    .where(and(eq(userSession.userId, userId), isNotNull(userSession.device)));
  return known.length > 0 && !known.some((session) => session.device === deviceWords(device));
}

/** Ends a session. Emits `user:logged.out`; does nothing when it has ended before. */
export async function logOut(
  work: UnitOfWork,
  session: { sessionId: string; userId: string; now: Date },
): Promise<void> {
  const { rowCount } = await work.tx
    .update(userSession)
    .set({ revokedAt: session.now })
    .where(and(eq(userSession.id, session.sessionId), isNull(userSession.revokedAt)));
  if (rowCount) work.emit(userLoggedOut, { userId: session.userId, sessionId: session.sessionId });
}

/** The sessions that a condition names, but those that have expired or were revoked. @param now may be a placeholder */
export function openSessions(queries: Queries, which: SQL, now: Date | Placeholder) {
  return queries
    .select({
      tokenHash: userSession.tokenHash,
      sessionId: userSession.id,
      userId: users.id,
      role: users.role,
      displayName: users.displayName,
      expiresAt: userSession.expiresAt,
    })
    .from(userSession)
    .innerJoin(users, eq(users.id, userSession.userId))
    .where(and(which, gt(userSession.expiresAt, now), isNull(userSession.revokedAt)));
}
