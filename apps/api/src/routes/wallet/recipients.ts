import { findRecipients } from '@skelly/domain/wallet';
import { recipientsQuery, recipientsResponse } from '@skelly/types/wallet';
import { defineRoute } from '../../http/route';

export const recipients = defineRoute({
  method: 'get',
  url: '/api/wallet/recipients',
  summary: 'Members whose names begin as given, to send money to.',
  access: 'member',
  query: recipientsQuery,
  response: { status: 200, schema: recipientsResponse },
  async handle({ query, session }, { database }) {
    const items = await findRecipients(database.queries, { ...query, userId: session.userId });
    return { status: 200, body: { items } };
  },
});
