import { removeNote as takeDown } from '@skelly/domain/room';
import { roomNotePath } from '@skelly/types/room';
import { defineRoute } from '../../http/route';

export const removeNote = defineRoute({
  method: 'post',
  url: '/api/rooms/:roomId/notes/:noteId/remove',
  summary: 'Takes a note down; for its author and the room’s moderators.',
  access: 'member',
  path: roomNotePath,
  errors: { 403: ['removed_from_room', 'not_a_member', 'not_a_moderator'], 404: ['room_not_found', 'note_not_found'] },
  async handle({ path, session, once }, { events, now }) {
    await events.transaction((work) => once(work, () => takeDown(work, { asking: session, ...path, now: now() })));
    return { status: 204 };
  },
});
