import { logOut } from '@skelly/domain/session';
import { defineRoute } from '../../http/route';

export const logout = defineRoute({
  method: 'post',
  url: '/api/auth/logout',
  summary: 'Ends the session, if there is one.',
  access: 'anyone',
  // A retry needs no `once`: an ended session ends no second time. And no key may ever keep a session from ending.
  async handle({ session }, { events, now }) {
    if (session) await events.transaction((work) => logOut(work, { ...session, now: now() }));
    return { status: 204, session: 'end' };
  },
});
