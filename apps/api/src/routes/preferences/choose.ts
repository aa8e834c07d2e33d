import { choosePreferences } from '@skelly/domain/preference';
import { preferencesBody, preferencesResponse } from '@skelly/types/preference';
import { defineRoute } from '../../http/route';

export const choose = defineRoute({
  method: 'put',
  url: '/api/preferences',
  summary: 'Sets the choices that are named; the others stay.',
  access: 'member',
  body: preferencesBody,
  response: { status: 200, schema: preferencesResponse },
  errors: { 422: ['preference_locked'] },
  async handle({ body, session }, { events, now }) {
    const choices = body.notifications;
    const preferences = await events.transaction((work) =>
      choosePreferences(work, { userId: session.userId, choices, now: now() }),
    );
    return { status: 200, body: preferences };
  },
});
