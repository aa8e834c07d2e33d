import PostalMime, { type Address } from 'postal-mime';

/** A received mail as it is kept on disk: what the sender's program said, and the source as it came. */
export interface StoredMail {
  id: string;
  receivedAt: string;
  envelope: { from: string; to: string[] };
  /** The source in base64, because it need not be UTF-8. */
  source: string;
}

/** A line of the list. */
export interface MailSummary {
  id: string;
  messageId: string | null;
  from: string;
  to: string[];
  subject: string;
  receivedAt: string;
}

/** A whole mail. */
export interface Mail extends MailSummary {
  envelope: StoredMail['envelope'];
  headers: { name: string; value: string }[];
  text: string;
  /** Null for a plain text mail. */
  html: string | null;
  /** Every http(s) address in text and HTML, in order, each once. */
  links: string[];
  attachments: { filename: string | null; mimeType: string; bytes: number }[];
}

/** Takes a stored mail apart. Malformed MIME yields what can be read of it, never an error. */
export async function readMail(stored: StoredMail): Promise<Mail> {
  const parsed = await PostalMime.parse(Buffer.from(stored.source, 'base64'));
  const text = parsed.text ?? '';
  const html = parsed.html ?? null;
  return {
    id: stored.id,
    messageId: parsed.messageId ?? null,
    from: parsed.from ? writeAddress(parsed.from) : stored.envelope.from,
    to: parsed.to?.length ? parsed.to.map(writeAddress) : stored.envelope.to,
    subject: parsed.subject ?? '(no subject)',
    receivedAt: stored.receivedAt,
    envelope: stored.envelope,
    headers: parsed.headers.map(({ key, value }) => ({ name: key, value })),
    text,
    html,
    links: findLinks(text, html),
    attachments: parsed.attachments.map(({ filename, mimeType, content }) => ({
      filename,
      mimeType,
      bytes: typeof content === 'string' ? content.length : content.byteLength,
    })),
  };
}

function writeAddress(address: Address): string {
  const mailbox = address.address ?? '';
  return address.name ? `${address.name} <${mailbox}>` : mailbox;
}

function findLinks(text: string, html: string | null): string[] {
  const inText = text.match(/https?:\/\/[^\s<>"')\]]+/g) ?? [];
  const inHtml = [...(html ?? '').matchAll(/href\s*=\s*["'](https?:[^"']+)["']/gi)].map((match) =>
    (match[1] ?? '').replaceAll('&amp;', '&'),
  );
  return [...new Set([...inText, ...inHtml].map((link) => link.replace(/[.,;:!?]+$/, '')))];
}

/** The line of the list for a mail. */
export function summarise({ id, messageId, from, to, subject, receivedAt }: Mail): MailSummary {
  return { id, messageId, from, to, subject, receivedAt };
}
