import { type Queries, roomNote, users } from '@skelly/db';
import { newId, type UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { roomChannel } from '@skelly/types/live';
import { type Note, type NotesResponse, roomNotePosted, roomNotePublished, roomNoteRemoved } from '@skelly/types/room';
import { and, desc, eq, gt, isNull, lt } from 'drizzle-orm';
import { readStreamPosition } from '../live';
import { getMember } from '../user';
import { notAModerator } from './membership';
import { type Asking, getRoom, holdCounts } from './room';

/** Notes that one member may write in a minute, in all rooms together. */
const NOTES_A_MINUTE = 20;
const MINUTE_MS = 60_000;

/**
 * Writes a note. Emits `room:note.posted`, and pushes its text to the room as `room:note.published`.
 *
 * @throws AppError `room_not_found`, `removed_from_room`, `not_a_member`; `notes_too_fast` beyond 20 a minute.
 */
export async function postNote(
  work: UnitOfWork,
  given: { asking: Asking; roomId: string; body: string; now: Date },
): Promise<Note> {
  const { asking, roomId, body, now } = given;
  const { userId } = asking;
  await requireMember(work.tx, asking, roomId);
  await holdCounts(work, userId);
  const since = new Date(now.getTime() - MINUTE_MS);
  const written = await work.tx.$count(roomNote, and(eq(roomNote.userId, userId), gt(roomNote.createdAt, since)));
  if (written >= NOTES_A_MINUTE)
    throw new AppError({
      kind: 'too_many',
      code: 'notes_too_fast',
      message: 'That is a lot of notes. Wait a minute and go on.',
      retryAfter: MINUTE_MS / 1_000,
    });
  const { displayName } = await getMember(work.tx, userId);
  const id = newId();
  await work.tx.insert(roomNote).values({ id, roomId, userId, body, createdAt: now });
  const note = { userId, displayName, body, createdAt: now.toISOString() };
  const eventId = work.emit(roomNotePosted, { noteId: id, roomId, userId });
  work.push(roomNotePublished, { ...note, noteId: id, roomId }, { eventId });
  return { id, ...note };
}

/**
 * Takes a note down: its author may, and the room's moderators. Emits `room:note.removed`, unless it is down already.
 *
 * @throws AppError `room_not_found`, `removed_from_room`, `not_a_member`, `note_not_found`, `not_a_moderator`.
 */
export async function removeNote(
  work: UnitOfWork,
  given: { asking: Asking; roomId: string; noteId: string; now: Date },
): Promise<void> {
  const { asking, roomId, noteId, now } = given;
  const role = await requireMember(work.tx, asking, roomId);
  const [found] = await work.tx
    .select({ userId: roomNote.userId, removedAt: roomNote.removedAt })
    .from(roomNote)
    .where(and(eq(roomNote.id, noteId), eq(roomNote.roomId, roomId)))
    .for('no key update');
  if (!found)
    throw new AppError({ kind: 'not_found', code: 'note_not_found', message: 'This note is no longer there.' });
  if (found.userId !== asking.userId && role !== 'moderator') throw notAModerator("take others' notes down");
  if (found.removedAt) return;
  await work.tx.update(roomNote).set({ removedAt: now, removedBy: asking.userId }).where(eq(roomNote.id, noteId));
  work.emit(roomNoteRemoved, { roomId, noteId, removedBy: asking.userId });
}

/**
 * A page of a room's notes, newest first, with the stream position to follow it from.
 *
 * @throws AppError `room_not_found`, `removed_from_room`, `not_a_member`.
 */
export async function listNotes(
  queries: Queries,
  page: { asking: Asking; roomId: string; limit: number; before?: string | undefined },
): Promise<NotesResponse> {
  const { asking, roomId, limit, before } = page;
  await requireMember(queries, asking, roomId);
  const stream = await readStreamPosition(queries, roomChannel(roomId));
  const rows = await queries
    .select({
      id: roomNote.id,
      userId: roomNote.userId,
      displayName: users.displayName,
      body: roomNote.body,
      createdAt: roomNote.createdAt,
    })
    .from(roomNote)
    .innerJoin(users, eq(users.id, roomNote.userId))
    .where(
      and(
        eq(roomNote.roomId, roomId),
        isNull(roomNote.removedAt),
        before === undefined ? undefined : lt(roomNote.id, before),
      ),
    )
    .orderBy(desc(roomNote.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null, stream };
}

async function requireMember(queries: Queries, asking: Asking, roomId: string) {
  const { role } = await getRoom(queries, asking, roomId);
  if (role !== null) return role;
  throw new AppError({ kind: 'forbidden', code: 'not_a_member', message: 'Join this room first.' });
}
