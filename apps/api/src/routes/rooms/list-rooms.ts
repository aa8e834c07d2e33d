import { listRooms as readRooms } from '@skelly/domain/room';
import { roomsResponse } from '@skelly/types/room';
import { defineRoute } from '../../http/route';

export const listRooms = defineRoute({
  method: 'get',
  url: '/api/rooms',
  summary: 'The rooms that the member is in, and the open ones that they may join.',
  access: 'member',
  response: { status: 200, schema: roomsResponse },
  async handle({ session }, { database }) {
    return { status: 200, body: await readRooms(database.queries, session) };
  },
});
