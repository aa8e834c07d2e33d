import { listNotifications } from '@skelly/domain/notification';
import { notificationsQuery, notificationsResponse } from '@skelly/types/notification';
import { defineRoute } from '../../http/route';

export const list = defineRoute({
  method: 'get',
  url: '/api/notifications',
  summary: 'A page of the inbox, newest first, with the unread count and where to follow it from.',
  access: 'member',
  query: notificationsQuery,
  response: { status: 200, schema: notificationsResponse },
  async handle({ query, session }, { database }) {
    return { status: 200, body: await listNotifications(database.queries, { userId: session.userId, ...query }) };
  },
});
