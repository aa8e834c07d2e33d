import { notificationPreference, type Queries, userPreference } from '@skelly/db';
import type { UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import {
  NOTIFICATION_CATEGORIES,
  NOTIFICATION_CHANNELS,
  notificationCategories,
} from '@skelly/types/notification-category';
import { type NotificationChoice, type Preferences, preferenceChanged } from '@skelly/types/preference';
import { eq, sql } from 'drizzle-orm';

/** What holds until a member's preferences exist. */
const DEFAULTS = { locale: 'en', timeZone: 'UTC', version: 0 };

/** Gives a member the defaults; changes nothing where preferences exist. */
export async function initializePreferences(work: UnitOfWork, userId: string): Promise<void> {
  await work.tx
    .insert(userPreference)
    .values({ userId, ...DEFAULTS })
    .onConflictDoNothing();
}

/** A member's preferences; the defaults for whatever the member has not chosen. */
export async function getPreferences(queries: Queries, userId: string): Promise<Preferences> {
  // The version first: choices may be newer than it, whose event then comes once more, but never older.
  const { locale, timeZone, version } = userPreference;
  const [found] = await queries
    .select({ locale, timeZone, version })
    .from(userPreference)
    .where(eq(userPreference.userId, userId));
  return { ...(found ?? DEFAULTS), notifications: await readChoices(queries, userId) };
}

/**
 * Sets what a member has chosen; what is not named stays. Emits `preference:changed`, unless all was chosen before.
 *
 * @throws AppError `preference_locked` when one of them leaves no choice.
 */
export async function choosePreferences(
  work: UnitOfWork,
  { userId, choices, now }: { userId: string; choices: readonly NotificationChoice[]; now: Date },
): Promise<Preferences> {
  const locked = choices.find(
    ({ category, channel }) => notificationCategories[category].channels[channel] === 'always',
  );
  if (locked)
    throw new AppError({
      kind: 'unprocessable',
      code: 'preference_locked',
      message: `${notificationCategories[locked.category].label} is always sent this way and cannot be switched.`,
    });
  // The row is held until the end, so versions follow each other as the changes do.
  await work.tx
    .insert(userPreference)
    .values({ userId, ...DEFAULTS })
    .onConflictDoUpdate({ target: userPreference.userId, set: { version: sql`${userPreference.version}` } });
  const chosen = new Map(choices.map((choice) => [`${choice.category} ${choice.channel}`, choice]));
  const { rowCount } = await work.tx
    .insert(notificationPreference)
    .values([...chosen.values()].map((choice) => ({ ...choice, userId, updatedAt: now })))
    .onConflictDoUpdate({
      target: [notificationPreference.userId, notificationPreference.category, notificationPreference.channel],
      set: { enabled: sql`excluded.enabled`, updatedAt: now },
      setWhere: sql`${notificationPreference.enabled} <> excluded.enabled`,
    });
  if (rowCount)
    await work.tx
      .update(userPreference)
      .set({ version: sql`${userPreference.version} + 1`, updatedAt: now })
      .where(eq(userPreference.userId, userId));
  const preferences = await getPreferences(work.tx, userId);
  const { version, notifications } = preferences;
  if (rowCount) work.emit(preferenceChanged, { userId, version, notifications });
  return preferences;
}

async function readChoices(queries: Queries, userId: string): Promise<Preferences['notifications']> {
  const { category, channel, enabled } = notificationPreference;
  const chosen = await queries
    .select({ category, channel, enabled })
    .from(notificationPreference)
    .where(eq(notificationPreference.userId, userId));
  return NOTIFICATION_CATEGORIES.flatMap((category) =>
    NOTIFICATION_CHANNELS.map((channel) => {
      const standard = notificationCategories[category].channels[channel];
      const choice = chosen.find((each) => each.category === category && each.channel === channel);
      const locked = standard === 'always';
      return { category, channel, enabled: locked || (choice?.enabled ?? standard === 'on'), locked };
    }),
  );
}
