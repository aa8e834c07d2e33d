import { listNotes as readNotes } from '@skelly/domain/room';
import { notesQuery, notesResponse, roomPath } from '@skelly/types/room';
import { defineRoute } from '../../http/route';

export const listNotes = defineRoute({
  method: 'get',
  url: '/api/rooms/:roomId/notes',
  summary: 'A page of a room’s notes, newest first, with where to follow the room from.',
  access: 'member',
  path: roomPath,
  query: notesQuery,
  response: { status: 200, schema: notesResponse },
  errors: { 403: ['removed_from_room', 'not_a_member'], 404: ['room_not_found'] },
  async handle({ path, query, session }, { database }) {
    return { status: 200, body: await readNotes(database.queries, { asking: session, ...path, ...query }) };
  },
});
