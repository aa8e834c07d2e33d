import { readStreamPosition } from '@skelly/domain/live';
import { getMember } from '@skelly/domain/user';
import { userChannel } from '@skelly/types/live';
import { meResponse } from '@skelly/types/user';
import { defineRoute } from '../../http/route';

export const me = defineRoute({
  method: 'get',
  url: '/api/auth/me',
  summary: 'Who is signed in, and where to follow their channel from.',
  access: 'member',
  response: { status: 200, schema: meResponse },
  async handle({ session }, { database }) {
    const stream = await readStreamPosition(database.queries, userChannel(session.userId));
    return { status: 200, body: { user: await getMember(database.queries, session.userId), stream } };
  },
});
