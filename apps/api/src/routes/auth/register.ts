import { BEFORE_FIRST, readStreamPosition } from '@skelly/domain/live';
import { openSession } from '@skelly/domain/session';
import { registerMember } from '@skelly/domain/user';
import { userChannel } from '@skelly/types/live';
import { registerBody, registerResponse } from '@skelly/types/user';
import { defineRoute } from '../../http/route';

export const register = defineRoute({
  method: 'post',
  url: '/api/auth/register',
  summary:
    'Makes a visitor a member and signs them in. `stream` is where to follow their channel from, their first event included.',
  access: 'anyone',
  body: registerBody,
  response: { status: 201, schema: registerResponse },
  errors: { 409: ['email_taken'] },
  async handle({ body, once, device }, { events, passwords, now }) {
    const { password, ...member } = body;
    const passwordHash = await passwords.hash(password);
    return events.transaction(async (work) => {
      const registered = await once(work, async () => {
        const userId = await registerMember(work, { ...member, passwordHash, now: now() });
        const { channel, epoch } = await readStreamPosition(work.tx, userChannel(userId));
        return { userId, stream: { channel, offset: BEFORE_FIRST, epoch } };
      });
      // Not part of what is repeated: cookies are not kept, so a retry gets a session of its own.
      const session = await openSession(work, { userId: registered.userId, device, now: now() });
      return { status: 201, body: registered, session };
    });
  },
});
