import { expect } from '@playwright/test';
import { target } from './env';

interface MailSummary {
  readonly id: string;
  readonly subject?: string;
}

interface Mail extends MailSummary {
  readonly text?: string;
}

/** The first mail to an address, as soon as it is there. */
export async function mailTo(address: string): Promise<Mail> {
  let found: MailSummary | undefined;
  await expect
    .poll(
      async () => {
        const { items } = await read<{ readonly items: readonly MailSummary[] }>(
          `/api/messages?to=${encodeURIComponent(address)}`,
        );
        found = items[0];
        return items.length;
      },
      { message: `a mail to ${address}`, timeout: 20_000 },
    )
    .toBeGreaterThan(0);
  return read<Mail>(`/api/messages/${found?.id}`);
}

/** The link of a mail that leads to our page for confirming. */
export function verificationLink(mail: Mail): string {
  const link = /https?:\/\/\S+\/verify-email\?token=[\w.~-]+/.exec(mail.text ?? '')?.[0];
  if (!link) throw new Error(`The mail "${mail.subject}" has no link to confirm with: ${mail.text}`);
  return link;
}

async function read<T>(path: string): Promise<T> {
  const answer = await fetch(`${target().mailUrl}${path}`);
  if (!answer.ok) throw new Error(`GET ${path} of the mail sink gave ${answer.status}`);
  return (await answer.json()) as T;
}
