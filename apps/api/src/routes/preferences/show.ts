import { getPreferences } from '@skelly/domain/preference';
import { preferencesResponse } from '@skelly/types/preference';
import { defineRoute } from '../../http/route';

export const showPreferences = defineRoute({
  method: 'get',
  url: '/api/preferences',
  summary: 'How the member wants to be reached: every category and channel as it stands.',
  access: 'member',
  response: { status: 200, schema: preferencesResponse },
  async handle({ session }, { database }) {
    return { status: 200, body: await getPreferences(database.queries, session.userId) };
  },
});
