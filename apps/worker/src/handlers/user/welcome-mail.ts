import type { Database } from '@skelly/db';
import { MAIL_TRIES, recordMail, welcomeMailText } from '@skelly/domain/notification';
import { requestVerification, VERIFICATION_DAYS } from '@skelly/domain/user';
import { defineEffect } from '@skelly/events';
import { userRegistered } from '@skelly/types/user';
import type { Mailer } from '../../mail/mailer';

/** What the welcome mail needs of the outside. */
export interface WelcomeMailPort {
  readonly mailer: Mailer;
  /** Reads the address, which no event carries, and keeps the link. */
  readonly database: Database;
  /** Key from which the links' tokens are derived. */
  readonly verificationSecret: Buffer;
  /** Where links lead. */
  readonly publicUrl: string;
  readonly now: () => Date;
}

/** Sends the welcome mail with its verification link; a mail that is repeated after a crash has the same id and link. */
export function createWelcomeMail(port: WelcomeMailPort) {
  return defineEffect({
    id: 'user.welcome-mail',
    on: userRegistered,
    queue: 'mail',
    timeoutMs: 15_000,
    retry: { maxAttempts: MAIL_TRIES },
    port,
    async effect({ eventId, data: { userId } }, { mailer, database, verificationSecret, publicUrl, now }, key) {
      const request = await requestVerification(database.queries, {
        userId,
        effectKey: key,
        secret: verificationSecret,
        now: now(),
      });
      if (!request) return;
      const link = new URL('/verify-email', publicUrl);
      link.searchParams.set('token', request.token);
      const { displayName, email } = request;
      const words = welcomeMailText({ link: link.href, days: VERIFICATION_DAYS }, { displayName, publicUrl });
      const delivery = { eventId, userId, category: 'welcome', reason: 'always', now } as const;
      await recordMail(database.queries, delivery, () =>
        mailer.send({ to: { name: displayName, address: email }, key, ...words }),
      );
    },
  });
}
