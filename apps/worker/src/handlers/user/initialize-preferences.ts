import { initializePreferences as initialize } from '@skelly/domain/preference';
import { defineHandler } from '@skelly/events';
import { userRegistered } from '@skelly/types/user';

/** Gives the new member the default preferences. */
export const initializePreferences = defineHandler({
  id: 'user.initialize-preferences',
  on: userRegistered,
  async handle({ data }, work) {
    await initialize(work, data.userId);
  },
});
