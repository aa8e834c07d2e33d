import { getRoom, createRoom as makeRoom } from '@skelly/domain/room';
import { createRoomBody, roomSchema } from '@skelly/types/room';
import { defineRoute } from '../../http/route';

export const createRoom = defineRoute({
  method: 'post',
  url: '/api/rooms',
  summary: 'Makes a room, open or by invitation, with the member as its moderator.',
  access: 'member',
  body: createRoomBody,
  response: { status: 201, schema: roomSchema },
  errors: { 409: ['too_many_rooms'] },
  async handle({ body, session, once }, { events, now }) {
    const room = await events.transaction((work) =>
      once(work, async () => {
        const roomId = await makeRoom(work, { ...body, userId: session.userId, now: now() });
        return getRoom(work.tx, session, roomId);
      }),
    );
    return { status: 201, body: room };
  },
});
