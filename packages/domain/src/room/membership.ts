import { type Queries, room, roomMembership, users } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { type RoomRole, roomMemberJoined, roomMemberLeft } from '@skelly/types/room';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Asking, getRoom, holdCounts, removedFromRoom, roomNotFound } from './room';

/** Members of one room, and rooms of one member; what keeps lists and counts short. */
const MEMBERS_OF_ROOM = 1_000;
const ROOMS_OF_MEMBER = 100;

interface Change {
  readonly roomId: string;
  readonly userId: string;
  readonly now: Date;
}

/**
 * Joins an open room; whoever is in it already stays. Emits `room:member.joined`.
 *
 * @throws AppError `room_not_found`, `removed_from_room`, `room_full`, `too_many_rooms`.
 */
export async function joinRoom(work: UnitOfWork, { roomId, userId, now }: Change): Promise<void> {
  const access = await lockRoom(work, roomId);
  if (access === 'everyone') return;
  if (access === undefined || (access === 'invitation' && !(await isMember(work.tx, roomId, userId))))
    throw roomNotFound();
  await enterRoom(work, { roomId, userId, role: 'member', now });
}

/**
 * Joins the room that the code invites to. Emits `room:member.joined`, unless the member is in it already.
 *
 * @returns the room's id.
 * @throws AppError `invitation_unknown`, `removed_from_room`, `room_full`, `too_many_rooms`.
 */
export async function joinByInvitation(
  work: UnitOfWork,
  { code, userId, now }: { code: string; userId: string; now: Date },
): Promise<string> {
  const [invited] = await work.tx
    .select({ id: room.id })
    .from(room)
    .where(eq(room.invitationCode, code))
    .for('no key update');
  if (!invited)
    throw new AppError({
      kind: 'not_found',
      code: 'invitation_unknown',
      message: 'No room has this invitation. Check the code, or ask for it again.',
    });
  await enterRoom(work, { roomId: invited.id, userId, role: 'member', now });
  return invited.id;
}

/** The room's row is held by the caller, so that members are counted one after the other. */
export async function enterRoom(work: UnitOfWork, given: Change & { readonly role: RoomRole }): Promise<void> {
  const { roomId, userId, role, now } = given;
  const [known] = await work.tx
    .select({ removedAt: roomMembership.removedAt })
    .from(roomMembership)
    .where(and(eq(roomMembership.roomId, roomId), eq(roomMembership.userId, userId)));
  if (known?.removedAt) throw removedFromRoom();
  if (known) return;
  const members = await countMembers(work.tx, roomId);
  if (members >= MEMBERS_OF_ROOM)
    throw new AppError({ kind: 'conflict', code: 'room_full', message: 'This room is full.' });
  await holdCounts(work, userId);
  const rooms = await work.tx.$count(
    roomMembership,
    and(eq(roomMembership.userId, userId), isNull(roomMembership.removedAt)),
  );
  if (rooms >= ROOMS_OF_MEMBER)
    throw new AppError({
      kind: 'conflict',
      code: 'too_many_rooms',
      message: `You are in ${ROOMS_OF_MEMBER} rooms. Leave one to join another.`,
    });
  await work.tx.insert(roomMembership).values({ roomId, userId, role, joinedAt: now });
  work.emit(roomMemberJoined, { roomId, userId, role, members: members + 1 });
}

/**
 * Leaves a room; whoever is not in it has left. Emits `room:member.left`.
 *
 * @throws AppError `room_not_found`; `room_for_everyone`, which nobody leaves.
 */
export async function leaveRoom(work: UnitOfWork, { roomId, userId }: Omit<Change, 'now'>): Promise<void> {
  const access = await lockRoom(work, roomId);
  if (access === undefined) throw roomNotFound();
  if (access === 'everyone') throw roomForEveryone();
  const { rowCount } = await work.tx
    .delete(roomMembership)
    .where(and(eq(roomMembership.roomId, roomId), eq(roomMembership.userId, userId), isNull(roomMembership.removedAt)));
  if (!rowCount) return;
  const members = await countMembers(work.tx, roomId);
  work.emit(roomMemberLeft, { roomId, userId, reason: 'left', removedBy: null, members });
}

/**
 * Takes a member out of a room for good, and keeps out one who has left. Emits `room:member.left` when they were in it.
 *
 * @throws AppError `room_not_found`, `room_for_everyone`; `not_a_moderator`; `cannot_remove_moderator`.
 */
export async function removeMember(work: UnitOfWork, given: Change & { readonly by: Asking }): Promise<void> {
  const { roomId, userId, by, now } = given;
  const { access, role } = await getRoom(work.tx, by, roomId);
  if (access === 'everyone') throw roomForEveryone();
  if (role !== 'moderator') throw notAModerator('take members out');
  await lockRoom(work, roomId);
  const which = and(eq(roomMembership.roomId, roomId), eq(roomMembership.userId, userId));
  const [known] = await work.tx
    .select({ role: roomMembership.role, removedAt: roomMembership.removedAt })
    .from(roomMembership)
    .where(which);
  if (known?.role === 'moderator')
    throw new AppError({
      kind: 'forbidden',
      code: 'cannot_remove_moderator',
      message: 'A moderator leaves by themselves, or not at all.',
    });
  if (known?.removedAt) return;
  if (!known) {
    // Whoever has left is kept out too; there is nobody to tell.
    const [user] = await work.tx.select({ id: users.id }).from(users).where(eq(users.id, userId));
    if (user)
      await work.tx.insert(roomMembership).values({ roomId, userId, role: 'member', joinedAt: now, removedAt: now });
    return;
  }
  await work.tx.update(roomMembership).set({ removedAt: now }).where(which);
  const members = await countMembers(work.tx, roomId);
  work.emit(roomMemberLeft, { roomId, userId, reason: 'removed', removedBy: by.userId, members });
}

/** Which of the users are in the room now. For a room that is for everyone: all of them. */
export async function membersAmong(
  queries: Queries,
  roomId: string,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await queries.execute<{ user_id: string }>(sql`
    select asked.user_id from unnest(${sql.param(userIds)}::uuid[]) as asked (user_id) join room on room.id = ${roomId}
     where room.access = 'everyone' or exists (
       select from room_membership as membership
        where membership.room_id = room.id and membership.user_id = asked.user_id and membership.removed_at is null)`);
  return new Set(rows.map((row) => row.user_id));
}

/** Holds the room against other changes of its membership. @returns its access; undefined when there is no such room. */
async function lockRoom(work: UnitOfWork, roomId: string) {
  const [held] = await work.tx
    .select({ access: room.access })
    .from(room)
    .where(eq(room.id, roomId))
    .for('no key update');
  return held?.access;
}

async function isMember(queries: Queries, roomId: string, userId: string): Promise<boolean> {
  return (await membersAmong(queries, roomId, [userId])).has(userId);
}

function countMembers(queries: Queries, roomId: string): Promise<number> {
  return queries.$count(roomMembership, and(eq(roomMembership.roomId, roomId), isNull(roomMembership.removedAt)));
}

function roomForEveryone(): AppError {
  return new AppError({ kind: 'conflict', code: 'room_for_everyone', message: 'Everyone is in this room, always.' });
}

export function notAModerator(what: string): AppError {
  return new AppError({
    kind: 'forbidden',
    code: 'not_a_moderator',
    message: `Only moderators of the room may ${what}.`,
  });
}
