import { joinRoom as enter, getRoom } from '@skelly/domain/room';
import { roomPath, roomSchema } from '@skelly/types/room';
import { defineRoute } from '../../http/route';

export const joinRoom = defineRoute({
  method: 'post',
  url: '/api/rooms/:roomId/join',
  summary: 'Joins an open room.',
  access: 'member',
  path: roomPath,
  response: { status: 200, schema: roomSchema },
  errors: { 403: ['removed_from_room'], 404: ['room_not_found'], 409: ['room_full', 'too_many_rooms'] },
  async handle({ path, session, once }, { events, now }) {
    const room = await events.transaction((work) =>
      once(work, async () => {
        await enter(work, { ...path, userId: session.userId, now: now() });
        return getRoom(work.tx, session, path.roomId);
      }),
    );
    return { status: 200, body: room };
  },
});
