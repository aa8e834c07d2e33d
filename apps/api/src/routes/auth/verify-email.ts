import { verifyEmail as verify } from '@skelly/domain/user';
import { userIdResponse, verifyEmailBody } from '@skelly/types/user';
import { defineRoute } from '../../http/route';

export const verifyEmail = defineRoute({
  method: 'post',
  url: '/api/auth/verify-email',
  summary: 'Follows the link of a verification mail. Works once, signed in or not.',
  access: 'anyone',
  body: verifyEmailBody,
  response: { status: 200, schema: userIdResponse },
  errors: { 400: ['verification_invalid'] },
  async handle({ body, once }, { events, now }) {
    const userId = await events.transaction((work) =>
      once(work, () => verify(work, { token: body.token, now: now() })),
    );
    return { status: 200, body: { userId } };
  },
});
