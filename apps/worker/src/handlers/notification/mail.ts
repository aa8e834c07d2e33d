import type { Database } from '@skelly/db';
import { MAIL_TRIES, mailText, recordMail } from '@skelly/domain/notification';
import { getMember } from '@skelly/domain/user';
import { defineEffect } from '@skelly/events';
import { notificationMailRequested } from '@skelly/types/notification';
import type { Mailer } from '../../mail/mailer';

/** What the mails of notifications need of the outside. */
export interface NotificationMailPort {
  readonly mailer: Mailer;
  /** Reads the address, which no event carries, and records the delivery. */
  readonly database: Database;
  /** Where links lead. */
  readonly publicUrl: string;
  readonly now: () => Date;
}

/** Mails what a member is to be told, and records each try. */
export function createNotificationMail(port: NotificationMailPort) {
  return defineEffect({
    id: 'notification.mail',
    on: notificationMailRequested,
    queue: 'mail',
    timeoutMs: 15_000,
    retry: { maxAttempts: MAIL_TRIES },
    port,
    async effect({ data: { userId, eventId, message } }, { mailer, database, publicUrl, now }, key) {
      // The welcome mail is asked for by nobody: it carries a link that only its own handler makes.
      if (message.category === 'welcome') return;
      const { displayName, email } = await getMember(database.queries, userId);
      const delivery = { eventId, userId, category: message.category, reason: 'default', now } as const;
      await recordMail(database.queries, delivery, () =>
        mailer.send({
          to: { name: displayName, address: email },
          key,
          ...mailText(message, { displayName, publicUrl }),
        }),
      );
    },
  });
}
