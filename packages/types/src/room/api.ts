import { z } from 'zod';
import { channelPositionSchema } from '../http';
import { UNPRINTABLE, UNPRINTABLE_IN_LINES, VISIBLE } from '../text';

/** Who is in a room: `everyone`, whoever joins an `open` one, or whoever has the code of an `invitation`. */
export const ROOM_ACCESS = ['everyone', 'open', 'invitation'] as const;

/** What somebody may do in a room: a moderator takes notes down and members out. */
export const ROOM_ROLES = ['member', 'moderator'] as const;
export type RoomRole = (typeof ROOM_ROLES)[number];

/** Why somebody is no longer in a room: by themselves, or by a moderator. */
export const LEAVE_REASONS = ['left', 'removed'] as const;

/** Longest note, in UTF-16 units. */
const NOTE_LENGTH = 500;

export const roomNameSchema = z
  .string('Give the room a name.')
  .trim()
  .min(1, { error: 'Give the room a name.', abort: true })
  .max(60, 'Use 60 characters at most.')
  .refine((value) => !UNPRINTABLE.test(value), 'Leave out characters that cannot be printed.')
  .refine((value) => VISIBLE.test(value), 'Use at least one character that can be seen.');

export const noteBodySchema = z
  .string('Write something.')
  .transform((value) => value.replaceAll('\r\n', '\n').trim())
  .pipe(
    z
      .string()
      .min(1, { error: 'Write something.', abort: true })
      .max(NOTE_LENGTH, `Use ${NOTE_LENGTH} characters at most.`)
      .refine((value) => !UNPRINTABLE_IN_LINES.test(value), 'Leave out characters that cannot be printed.')
      .refine((value) => VISIBLE.test(value), 'Use at least one character that can be seen.'),
  );

/** Twelve letters and digits that cannot be mistaken for one another; spaces, hyphens and case do not matter. */
export const invitationCodeSchema = z
  .string('Enter the code of the invitation.')
  .max(64, 'This is not the code of an invitation.')
  .transform((value) => value.replaceAll(/[\s-]/g, '').toUpperCase())
  .pipe(z.string().regex(/^[A-HJ-NP-Z2-9]{12}$/, 'This is not the code of an invitation.'));

export const createRoomBody = z.object({ name: roomNameSchema, access: z.enum(['open', 'invitation']) });
export const joinByInvitationBody = z.object({ code: invitationCodeSchema });
export const postNoteBody = z.object({ body: noteBodySchema });

export const roomPath = z.object({ roomId: z.uuid() });
export const roomNotePath = roomPath.extend({ noteId: z.uuid() });
export const roomMemberPath = roomPath.extend({ userId: z.uuid() });

export const roomSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  access: z.enum(ROOM_ACCESS),
  /** What the asking member may do in it; null: they are not in it. */
  role: z.enum(ROOM_ROLES).nullable(),
  /** How many have joined; null for a room that everyone is in. */
  members: z.number().int().nonnegative().nullable(),
  /** To give to others; for members of a room that is joined by invitation. */
  invitationCode: z.string().nullable(),
});
export type Room = z.output<typeof roomSchema>;

export const roomsResponse = z.object({
  /** Rooms that the member is in: those for everyone first, then the latest joined. */
  mine: z.array(roomSchema),
  /** Open rooms that the member has not joined, the newest 50. */
  open: z.array(roomSchema),
});
export type RoomsResponse = z.output<typeof roomsResponse>;

export const noteSchema = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  displayName: z.string(),
  body: z.string(),
  createdAt: z.iso.datetime(),
});
export type Note = z.output<typeof noteSchema>;

export const notesQuery = z.object({
  /** Rows of a page, 1 to 100. */
  limit: z.coerce.number().int().min(1).max(100).default(30),
  /** `nextCursor` of the page before. */
  before: z.uuid().optional(),
});

export const notesResponse = z.object({
  /** Newest first. */
  items: z.array(noteSchema),
  nextCursor: z.uuid().nullable(),
  stream: channelPositionSchema,
});
export type NotesResponse = z.output<typeof notesResponse>;
