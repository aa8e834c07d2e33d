import { explainToMember } from '@skelly/domain/notification';
import { AppError } from '@skelly/types/errors';
import { whyQuery, whyResponse } from '@skelly/types/notification';
import { defineRoute } from '../../http/route';

export const why = defineRoute({
  method: 'get',
  url: '/api/notifications/why',
  summary: 'Why the member was told of an event, or was not: what happened on each channel, in words.',
  access: 'member',
  query: whyQuery,
  response: { status: 200, schema: whyResponse },
  errors: { 404: ['event_not_found'] },
  async handle({ query, session }, { database }) {
    const body = await explainToMember(database.queries, { eventId: query.event, userId: session.userId });
    if (!body)
      throw new AppError({ kind: 'not_found', code: 'event_not_found', message: 'Nothing is known of this event.' });
    return { status: 200, body };
  },
});
