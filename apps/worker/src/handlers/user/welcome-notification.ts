import { notify, welcomeText } from '@skelly/domain/notification';
import { defineHandler } from '@skelly/events';
import { userRegistered } from '@skelly/types/user';

/** Puts the welcome into the new member's inbox. */
export function createWelcomeNotification(port: { readonly now: () => Date }) {
  return defineHandler({
    id: 'user.welcome-notification',
    on: userRegistered,
    async handle({ data }, work) {
      await notify(work, { userId: data.userId, now: port.now() }, welcomeText);
    },
  });
}
