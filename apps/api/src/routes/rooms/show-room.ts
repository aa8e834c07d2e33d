import { getRoom } from '@skelly/domain/room';
import { roomPath, roomSchema } from '@skelly/types/room';
import { defineRoute } from '../../http/route';

export const showRoom = defineRoute({
  method: 'get',
  url: '/api/rooms/:roomId',
  summary: 'A room that the member is in, or may join.',
  access: 'member',
  path: roomPath,
  response: { status: 200, schema: roomSchema },
  errors: { 403: ['removed_from_room'], 404: ['room_not_found'] },
  async handle({ path, session }, { database }) {
    return { status: 200, body: await getRoom(database.queries, session, path.roomId) };
  },
});
