import { type Queries, userPreference } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import type { Preferences } from '@skelly/types/preference';
import { eq } from 'drizzle-orm';

/** What holds until a member's preferences exist, and for whatever they do not say. */
export const DEFAULT_PREFERENCES: Preferences = { mail: true, inApp: true, locale: 'en', timeZone: 'UTC' };

/** Gives a member the defaults; changes nothing where preferences exist. */
export async function initializePreferences(work: UnitOfWork, userId: string): Promise<void> {
  await work.tx
    .insert(userPreference)
    .values({ userId, ...DEFAULT_PREFERENCES })
    .onConflictDoNothing();
}

/** A member's preferences; the defaults while they are on their way. */
export async function getPreferences(queries: Queries, userId: string): Promise<Preferences> {
  const { mail, inApp, locale, timeZone } = userPreference;
  const [found] = await queries
    .select({ mail, inApp, locale, timeZone })
    .from(userPreference)
    .where(eq(userPreference.userId, userId));
  return found ?? DEFAULT_PREFERENCES;
}
