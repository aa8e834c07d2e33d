import type pg from 'pg';
import { type MailSink, mailIdOf, type SunkMail } from './mail-sink';

export interface MailOutcome {
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
  /** Mails beyond the first of their Message-ID. */
  readonly repeats: number;
}

/** Proves that each member has the one welcome mail that is theirs; a repeated one has the same id, receiver and link. */
export async function checkMails(db: pg.Pool, sink: MailSink): Promise<MailOutcome> {
  const { rows } = await db.query<{ eventId: string; email: string }>(
    `select event_id as "eventId", email from event_history join users on users.id = (data ->> 'userId')::uuid
     where type = 'user:registered'`,
  );
  const mails = await sink.all();
  const byId = new Map<string | null, SunkMail[]>();
  for (const mail of mails) byId.set(mail.messageId, [...(byId.get(mail.messageId) ?? []), mail]);
  const problems: string[] = [];
  for (const { eventId, email } of rows) {
    const id = mailIdOf(eventId);
    problems.push(...(await checkOne(sink, email, byId.get(id) ?? [])));
    byId.delete(id);
  }
  for (const id of byId.keys()) problems.push(`a mail with the unknown Message-ID ${id}`);
  return { problems, repeats: mails.length - rows.length };
}

async function checkOne(sink: MailSink, email: string, copies: readonly SunkMail[]): Promise<readonly string[]> {
  if (copies.length === 0) return [`${email} has no mail`];
  const problems: string[] = [];
  if (copies.some(({ to }) => !to.every((receiver) => receiver.includes(`<${email}>`))))
    problems.push(`the mail for ${email} went to somebody else`);
  const links = await Promise.all(copies.map(async ({ id }) => (await sink.linksOf(id)).join(' ')));
  if (new Set(links).size !== 1) problems.push(`the mails for ${email} carry different links`);
  if (!links[0]?.includes('/verify-email?token=')) problems.push(`the mail for ${email} carries no link`);
  return problems;
}
