import { type Queries, room, roomMembership } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { isOperator } from '@skelly/types/role';
import type { Room, RoomRole, RoomsResponse } from '@skelly/types/room';
import type { Role } from '@skelly/types/user';
import { and, asc, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';

/** Open rooms, and rooms of one kind that the member is in, that a list shows. */
const OPEN_SHOWN = 50;
const MINE_SHOWN = 100;

/** Who asks for a room. */
export interface Asking {
  readonly userId: string;
  /** Operators moderate every room that they are in. */
  readonly role: Role;
}

/** A room as a member sees it, read in one statement: with their role and how many there are. */
export function selectRooms(queries: Queries, { userId, role }: Asking) {
  const given = sql<RoomRole | null>`case
    when ${room.access} = 'everyone' then 'member' when ${roomMembership.removedAt} is null then ${roomMembership.role} end`;
  const members = sql<number | null>`case when ${room.access} <> 'everyone' then (
    select count(*)::int from room_membership as counted
     where counted.room_id = ${room.id} and counted.removed_at is null) end`;
  const selected = queries
    .select({
      id: room.id,
      name: room.name,
      access: room.access,
      role: given,
      members,
      invitationCode: room.invitationCode,
      isRemoved: sql<boolean>`${roomMembership.removedAt} is not null`,
    })
    .from(room)
    .leftJoin(roomMembership, and(eq(roomMembership.roomId, room.id), eq(roomMembership.userId, userId)))
    .$dynamic();
  const view = ({ isRemoved: _isRemoved, ...row }: Awaited<typeof selected>[number]): Room => ({
    ...row,
    role: row.role !== null && isOperator(role) ? 'moderator' : row.role,
    invitationCode: row.role === null ? null : row.invitationCode,
  });
  return { selected, view };
}

/** The member's rooms, and the open ones that they may join. */
export async function listRooms(queries: Queries, asking: Asking): Promise<RoomsResponse> {
  const read = async (which: SQL, order: SQL, limit: number) => {
    const { selected, view } = selectRooms(queries, asking);
    return (await selected.where(which).orderBy(order).limit(limit)).map(view);
  };
  const mine = sql`${roomMembership.userId} is not null and ${roomMembership.removedAt} is null`;
  return {
    mine: [
      ...(await read(eq(room.access, 'everyone'), asc(room.id), MINE_SHOWN)),
      ...(await read(sql`${room.access} <> 'everyone' and ${mine}`, desc(roomMembership.joinedAt), MINE_SHOWN)),
    ],
    open: await read(and(eq(room.access, 'open'), isNull(roomMembership.userId)) as SQL, desc(room.id), OPEN_SHOWN),
  };
}

/**
 * A room that the member is in, or may join without an invitation.
 *
 * @throws AppError `room_not_found`, also for a room of others; `removed_from_room`.
 */
export async function getRoom(queries: Queries, asking: Asking, roomId: string): Promise<Room> {
  const { selected, view } = selectRooms(queries, asking);
  const [found] = await selected.where(eq(room.id, roomId));
  if (found?.isRemoved) throw removedFromRoom();
  if (!found || (found.role === null && found.access === 'invitation')) throw roomNotFound();
  return view(found);
}

/** Says nothing about whether there is such a room. */
export function roomNotFound(): AppError {
  return new AppError({
    kind: 'not_found',
    code: 'room_not_found',
    message: 'There is no such room, or you need an invitation to it.',
  });
}

export function removedFromRoom(): AppError {
  return new AppError({
    kind: 'forbidden',
    code: 'removed_from_room',
    message: 'A moderator has taken you out of this room.',
  });
}

/** Holds what is counted of a member until the transaction ends, so that commands sent at once are counted one after the other. */
export async function holdCounts(work: UnitOfWork, userId: string): Promise<void> {
  await work.tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`room counts ${userId}`}, 0))`);
}
