import { notify } from '@skelly/domain/notification';
import { defineHandler } from '@skelly/events';
import { deviceWords, userLoggedIn } from '@skelly/types/user';

/** Milliseconds in which sign-ins from one device are told once: whoever tries again and again is told of it once. */
const TOLD_ONCE_MS = 24 * 3_600_000;

/** Tells a member of a sign-in from a browser that they have not used before. Any other sign-in is no news. */
export function createSignInNotification(port: { readonly now: () => Date }) {
  return defineHandler({
    id: 'user.sign-in-notification',
    on: userLoggedIn,
    async handle({ eventId, occurredAt, data: { userId, newDevice } }, work) {
      if (newDevice === undefined) return;
      const device = deviceWords(newDevice);
      await notify(
        work,
        { userId, eventId, now: port.now(), dedup: { key: `sign-in ${device}`, withinMs: TOLD_ONCE_MS } },
        { category: 'security', data: { device, at: occurredAt } },
      );
    },
  });
}
