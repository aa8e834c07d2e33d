import { listRequests as list } from '@skelly/domain/marketplace';
import { requestsQuery, requestsResponse } from '@skelly/types/marketplace';
import { defineRoute } from '../../http/route';

export const listRequests = defineRoute({
  method: 'get',
  url: '/api/requests',
  summary:
    'A page of the member’s requests, newest first, as the one or the other side, with where to follow them from.',
  access: 'member',
  query: requestsQuery,
  response: { status: 200, schema: requestsResponse },
  async handle({ query, session }, { database }) {
    return { status: 200, body: await list(database.queries, { ...query, userId: session.userId }) };
  },
});
