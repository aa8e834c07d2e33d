import { issueLiveToken } from '@skelly/domain/session';
import { liveTokenResponse } from '@skelly/types/user';
import { defineRoute } from '../../http/route';

export const liveToken = defineRoute({
  method: 'post',
  url: '/api/live/token',
  summary: 'A token for one live connection of a client without cookie, for a minute.',
  access: 'member',
  // Every token is another one, and none is kept to be answered again.
  keyless: true,
  response: { status: 201, schema: liveTokenResponse },
  errors: { 429: ['too_many_tokens'] },
  async handle({ session }, { database, now }) {
    const { token, expiresAt } = await issueLiveToken(database.queries, { sessionId: session.sessionId, now: now() });
    return { status: 201, body: { token, expiresAt: expiresAt.toISOString() } };
  },
});
