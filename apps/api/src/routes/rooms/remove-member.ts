import { removeMember as takeOut } from '@skelly/domain/room';
import { roomMemberPath } from '@skelly/types/room';
import { defineRoute } from '../../http/route';

export const removeMember = defineRoute({
  method: 'post',
  url: '/api/rooms/:roomId/members/:userId/remove',
  summary: 'Takes a member out of a room for good; for its moderators.',
  access: 'member',
  path: roomMemberPath,
  errors: {
    403: ['removed_from_room', 'not_a_moderator', 'cannot_remove_moderator'],
    404: ['room_not_found'],
    409: ['room_for_everyone'],
  },
  async handle({ path, session, once }, { events, now }) {
    await events.transaction((work) => once(work, () => takeOut(work, { ...path, by: session, now: now() })));
    return { status: 204 };
  },
});
