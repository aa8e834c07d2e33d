import { joinByInvitation as enter, getRoom } from '@skelly/domain/room';
import { joinByInvitationBody, roomSchema } from '@skelly/types/room';
import { defineRoute } from '../../http/route';

export const joinByInvitation = defineRoute({
  method: 'post',
  url: '/api/rooms/join',
  summary: 'Joins the room that an invitation code leads to.',
  access: 'member',
  body: joinByInvitationBody,
  response: { status: 200, schema: roomSchema },
  errors: { 403: ['removed_from_room'], 404: ['invitation_unknown'], 409: ['room_full', 'too_many_rooms'] },
  async handle({ body, session, once }, { events, now }) {
    const room = await events.transaction((work) =>
      once(work, async () => {
        const roomId = await enter(work, { ...body, userId: session.userId, now: now() });
        return getRoom(work.tx, session, roomId);
      }),
    );
    return { status: 200, body: room };
  },
});
