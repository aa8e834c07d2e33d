import { z } from 'zod';
import { defineEvent } from '../event';
import { roomChannel } from '../live';
import { LEAVE_REASONS, noteSchema, ROOM_ACCESS, ROOM_ROLES } from './api';

const toRoom = (data: { roomId: string }) => roomChannel(data.roomId);
const roomSubject = (data: { roomId: string }) => `room:${data.roomId}`;
const ofRoom = { roomId: z.uuid(), userId: z.uuid() };

export const roomCreated = defineEvent({
  type: 'room:created',
  version: 1,
  summary: 'A member made a room.',
  data: z.object({ ...ofRoom, name: z.string(), access: z.enum(ROOM_ACCESS) }),
  subject: roomSubject,
  push: [{ to: toRoom, client: ['name'] }],
  handled: 'optional',
});

export const roomMemberJoined = defineEvent({
  type: 'room:member.joined',
  version: 1,
  summary: 'A member joined a room.',
  data: z.object({ ...ofRoom, role: z.enum(ROOM_ROLES), members: z.number().int().positive() }),
  subject: roomSubject,
  push: [{ to: toRoom, client: ['userId', 'members'] }],
  handled: 'optional',
});

export const roomMemberLeft = defineEvent({
  type: 'room:member.left',
  version: 2,
  summary: 'A member left a room, or was taken out of it by a moderator.',
  data: z.object({
    ...ofRoom,
    reason: z.enum(LEAVE_REASONS),
    removedBy: z.uuid().nullable(),
    members: z.number().int().nonnegative(),
  }),
  subject: roomSubject,
  push: [{ to: toRoom, client: ['userId', 'reason', 'members'] }],
  handled: 'optional',
  upcast: {
    // Version 1 said it by the moderator's id alone, which browsers do not see.
    1: (data) => ({ ...data, reason: data['removedBy'] === null ? 'left' : 'removed' }),
  },
});

export const roomNotePosted = defineEvent({
  type: 'room:note.posted',
  version: 1,
  summary: 'A member wrote a note in a room.',
  data: z.object({ ...ofRoom, noteId: z.uuid() }),
  subject: roomSubject,
  handled: 'optional',
});

/** Pushed alone: what members write to each other has no place in the log, which operators read and which outlives the note. */
export const roomNotePublished = defineEvent({
  type: 'room:note.published',
  version: 1,
  summary: 'The text of a note, for those who are in its room.',
  data: noteSchema.omit({ id: true }).extend({ noteId: z.uuid(), roomId: z.uuid() }),
  subject: roomSubject,
  push: [{ to: toRoom, client: ['noteId', 'userId', 'displayName', 'body', 'createdAt'] }],
  handled: 'never',
});

export const roomNoteRemoved = defineEvent({
  type: 'room:note.removed',
  version: 1,
  summary: 'A note was taken down by its author or a moderator.',
  data: z.object({ roomId: z.uuid(), noteId: z.uuid(), removedBy: z.uuid() }),
  subject: roomSubject,
  push: [{ to: toRoom, client: ['noteId'] }],
  handled: 'optional',
});

/** By the names that code uses; part of the catalog. */
export const roomEvents = {
  ROOM_CREATED: roomCreated,
  ROOM_MEMBER_JOINED: roomMemberJoined,
  ROOM_MEMBER_LEFT: roomMemberLeft,
  ROOM_NOTE_POSTED: roomNotePosted,
  ROOM_NOTE_PUBLISHED: roomNotePublished,
  ROOM_NOTE_REMOVED: roomNoteRemoved,
} as const;
