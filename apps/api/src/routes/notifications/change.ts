import { archive, markRead, markUnread, restore } from '@skelly/domain/notification';
import { notificationResponse } from '@skelly/types/notification';
import { z } from 'zod';
import { defineRoute, type Route } from '../../http/route';

/** A command about one notification of the member's. */
function defineChange(name: string, summary: string, change: typeof markRead): Route {
  return defineRoute({
    method: 'post',
    url: `/api/notifications/:id/${name}`,
    summary,
    access: 'member',
    path: z.object({ id: z.uuid() }),
    response: { status: 200, schema: notificationResponse },
    errors: { 404: ['notification_not_found'] },
    async handle({ path, session, once }, { events, now }) {
      const body = await events.transaction((work) =>
        once(work, () => change(work, { userId: session.userId, id: path.id, now: now() })),
      );
      return { status: 200, body };
    },
  });
}

/** What a member does with one notification, and how it is undone. */
export const changes = [
  defineChange('read', 'Marks a notification as read.', markRead),
  defineChange('unread', 'Marks a notification as new again.', markUnread),
  defineChange('archive', 'Takes a notification out of the inbox.', archive),
  defineChange('restore', 'Puts an archived notification back, read or new as it was.', restore),
];
