import { postNote as write } from '@skelly/domain/room';
import { noteSchema, postNoteBody, roomPath } from '@skelly/types/room';
import { defineRoute } from '../../http/route';

export const postNote = defineRoute({
  method: 'post',
  url: '/api/rooms/:roomId/notes',
  summary: 'Writes a note in a room. At most 20 a minute.',
  access: 'member',
  path: roomPath,
  body: postNoteBody,
  response: { status: 201, schema: noteSchema },
  errors: { 403: ['removed_from_room', 'not_a_member'], 404: ['room_not_found'], 429: ['notes_too_fast'] },
  async handle({ path, body, session, once }, { events, now }) {
    const note = await events.transaction((work) =>
      once(work, () => write(work, { asking: session, ...path, ...body, now: now() })),
    );
    return { status: 201, body: note };
  },
});
