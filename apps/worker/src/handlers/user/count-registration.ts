import { count } from '@skelly/domain/analytics';
import { defineHandler } from '@skelly/events';
import { userRegistered } from '@skelly/types/user';

/** Counts the registration on the day on which it happened. */
export const countRegistration = defineHandler({
  id: 'user.count-registration',
  on: userRegistered,
  async handle({ occurredAt }, work) {
    await count(work, [{ metric: 'registrations', at: new Date(occurredAt) }]);
  },
});
