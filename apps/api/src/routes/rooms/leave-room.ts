import { leaveRoom as leave } from '@skelly/domain/room';
import { roomPath } from '@skelly/types/room';
import { defineRoute } from '../../http/route';

export const leaveRoom = defineRoute({
  method: 'post',
  url: '/api/rooms/:roomId/leave',
  summary: 'Leaves a room.',
  access: 'member',
  path: roomPath,
  errors: { 404: ['room_not_found'], 409: ['room_for_everyone'] },
  async handle({ path, session, once }, { events }) {
    await events.transaction((work) => once(work, () => leave(work, { ...path, userId: session.userId })));
    return { status: 204 };
  },
});
