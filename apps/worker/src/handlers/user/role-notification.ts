import { notify } from '@skelly/domain/notification';
import { defineHandler } from '@skelly/events';
import { userRoleChanged } from '@skelly/types/user';

/** Tells a member of their new role. */
export function createRoleNotification(port: { readonly now: () => Date }) {
  return defineHandler({
    id: 'user.role-notification',
    on: userRoleChanged,
    async handle({ eventId, data: { userId, role } }, work) {
      await notify(work, { userId, eventId, now: port.now() }, { category: 'account', data: { role } });
    },
  });
}
