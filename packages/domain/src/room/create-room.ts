import { randomInt } from 'node:crypto';
import { room } from '@skelly/db';
import { newId, type UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { roomCreated } from '@skelly/types/room';
import { and, eq, ne } from 'drizzle-orm';
import { enterRoom } from './membership';
import { holdCounts } from './room';

/** Rooms that one member may have made. */
const ROOMS_MADE = 20;
const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 12;

/**
 * Makes a room, with its maker as moderator. Emits `room:created` and `room:member.joined`.
 *
 * @returns its id.
 * @throws AppError `too_many_rooms` when the member has made 20 already.
 */
export async function createRoom(
  work: UnitOfWork,
  given: { userId: string; name: string; access: 'open' | 'invitation'; now: Date },
): Promise<string> {
  const { userId, name, access, now } = given;
  await holdCounts(work, userId);
  const made = await work.tx.$count(room, and(eq(room.createdBy, userId), ne(room.access, 'everyone')));
  if (made >= ROOMS_MADE)
    throw new AppError({
      kind: 'conflict',
      code: 'too_many_rooms',
      message: `You have made ${ROOMS_MADE} rooms. Use one of them.`,
    });
  const id = newId();
  const invitationCode = access === 'invitation' ? newInvitationCode() : null;
  await work.tx.insert(room).values({ id, name, access, invitationCode, createdBy: userId, createdAt: now });
  work.emit(roomCreated, { roomId: id, userId, name, access });
  await enterRoom(work, { roomId: id, userId, role: 'moderator', now });
  return id;
}

function newInvitationCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('');
}
