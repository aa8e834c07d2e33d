import { logIn, type OpenedSession, openSession } from '@skelly/domain/session';
import { findCredentials } from '@skelly/domain/user';
import { AppError } from '@skelly/types/errors';
import { loginBody, userIdResponse } from '@skelly/types/user';
import { defineRoute } from '../../http/route';

export const login = defineRoute({
  method: 'post',
  url: '/api/auth/login',
  summary: 'Opens a session.',
  access: 'anyone',
  throttled: true,
  body: loginBody,
  response: { status: 200, schema: userIdResponse },
  errors: { 401: ['invalid_credentials'], 429: ['too_many_attempts'] },
  async handle({ body, once, device }, { database, events, passwords, now }) {
    const known = await findCredentials(database.queries, body.email);
    const matches = await passwords.verify(body.password, known?.passwordHash);
    if (!known || !matches) {
      throw new AppError({
        kind: 'unauthenticated',
        code: 'invalid_credentials',
        message: 'Address and password do not match an account.',
      });
    }
    const member = { userId: known.userId, device, now: now() };
    return events.transaction(async (work) => {
      let session: OpenedSession | undefined;
      const answer = await once(work, async () => {
        session = await logIn(work, member);
        return { userId: known.userId };
      });
      // Cookies are not kept, so a retry gets a session of its own; that the member signed in has been told already.
      session ??= await openSession(work, member);
      return { status: 200, body: answer, session };
    });
  },
});
