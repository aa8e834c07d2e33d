import { systemAnnouncement } from '@skelly/db';
import { newId, type UnitOfWork } from '@skelly/events';
import { AppError } from '@skelly/types/errors';
import { systemAnnouncementPublished, systemAnnouncementWithdrawn } from '@skelly/types/system';
import { isNull } from 'drizzle-orm';

/** Longest time that an announcement may stand, in milliseconds: 30 days. */
const LONGEST_MS = 30 * 86_400_000;

/**
 * Tells everyone something, in place of what was announced before. Emits `system:announcement.published`, and
 * `system:announcement.withdrawn` for the one before.
 *
 * @returns its id.
 * @throws AppError `announcement_time` when `until` is not within the next 30 days.
 */
export async function publishAnnouncement(
  work: UnitOfWork,
  { text, until, now }: { readonly text: string; readonly until: Date | null; readonly now: Date },
): Promise<string> {
  const standsMs = until ? until.getTime() - now.getTime() : 1;
  if (standsMs <= 0 || standsMs > LONGEST_MS) {
    throw new AppError({
      kind: 'invalid',
      code: 'announcement_time',
      message: 'An announcement ends within the next 30 days.',
    });
  }
  await withdrawAnnouncement(work, now);
  const id = newId();
  await work.tx.insert(systemAnnouncement).values({ id, text, publishedAt: now, until });
  work.emit(systemAnnouncementPublished, {
    announcementId: id,
    text,
    publishedAt: now.toISOString(),
    until: until?.toISOString() ?? null,
  });
  return id;
}

/** Takes back what is announced. Emits `system:announcement.withdrawn`. @returns its id; null when nothing was. */
export async function withdrawAnnouncement(work: UnitOfWork, now: Date): Promise<string | null> {
  const [withdrawn] = await work.tx
    .update(systemAnnouncement)
    .set({ withdrawnAt: now })
    .where(isNull(systemAnnouncement.withdrawnAt))
    .returning({ id: systemAnnouncement.id });
  if (!withdrawn) return null;
  work.emit(systemAnnouncementWithdrawn, { announcementId: withdrawn.id });
  return withdrawn.id;
}
