import { logOut } from '@skelly/domain/session';
import { defineRoute } from '../../http/route';

export const logout = defineRoute({
  method: 'post',
  url: '/api/auth/logout',
  summary: 'Ends the session, if there is one.',
  access: 'anyone',
  // An ended session ends no second time, and no key may ever keep one from ending.
  keyless: true,
  async handle({ session }, { events, now }) {
    if (session) await events.transaction((work) => logOut(work, { ...session, now: now() }));
    return { status: 204, session: 'end' };
  },
});
