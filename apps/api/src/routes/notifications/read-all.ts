import { readAll as markAllRead } from '@skelly/domain/notification';
import { inboxStateSchema } from '@skelly/types/notification';
import { defineRoute } from '../../http/route';

export const readAll = defineRoute({
  method: 'post',
  url: '/api/notifications/read-all',
  summary: 'Marks everything in the inbox as read.',
  access: 'member',
  response: { status: 200, schema: inboxStateSchema },
  async handle({ session, once }, { events, now }) {
    const body = await events.transaction((work) =>
      once(work, () => markAllRead(work, { userId: session.userId, now: now() })),
    );
    return { status: 200, body };
  },
});
