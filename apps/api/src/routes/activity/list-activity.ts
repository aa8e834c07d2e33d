import { listActivity as list } from '@skelly/domain/activity';
import { activityQuery, activityResponse } from '@skelly/types/activity';
import { defineRoute } from '../../http/route';

export const listActivity = defineRoute({
  method: 'get',
  url: '/api/activity',
  summary: 'A page of the member’s activity feed: what happened to their money, newest first.',
  access: 'member',
  query: activityQuery,
  response: { status: 200, schema: activityResponse },
  async handle({ query, session }, { database }) {
    return { status: 200, body: await list(database.queries, { userId: session.userId, ...query }) };
  },
});
