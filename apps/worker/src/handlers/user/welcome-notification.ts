import { notify } from '@skelly/domain/notification';
import { defineHandler } from '@skelly/events';
import { userRegistered } from '@skelly/types/user';

/** Puts the welcome into the new member's inbox. Its mail is {@link createWelcomeMail}'s, as it carries a link of its own. */
export function createWelcomeNotification(port: { readonly now: () => Date }) {
  return defineHandler({
    id: 'user.welcome-notification',
    on: userRegistered,
    async handle({ eventId, data: { userId } }, work) {
      const options = { userId, eventId, now: port.now(), channels: ['in-app'] } as const;
      await notify(work, options, { category: 'welcome', data: {} });
    },
  });
}
