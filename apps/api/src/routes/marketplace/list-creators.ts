import { listCreators as list } from '@skelly/domain/marketplace';
import { creatorsQuery, creatorsResponse } from '@skelly/types/marketplace';
import { defineRoute } from '../../http/route';

export const listCreators = defineRoute({
  method: 'get',
  url: '/api/creators',
  summary: 'Members who perform, by name, without whoever asks; 50 at most.',
  access: 'member',
  query: creatorsQuery,
  response: { status: 200, schema: creatorsResponse },
  async handle({ query, session }, { database }) {
    return { status: 200, body: await list(database.queries, { ...query, userId: session.userId }) };
  },
});
