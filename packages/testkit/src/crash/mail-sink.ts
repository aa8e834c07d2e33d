import { v5 as uuidv5 } from 'uuid';

/** A mail as the sink lists it. */
export interface SunkMail {
  readonly id: string;
  readonly messageId: string | null;
  readonly to: readonly string[];
}

/** The mail sink of a stack, read over its JSON pages. */
export interface MailSink {
  /** The newest mails. */
  latest(): Promise<readonly SunkMail[]>;
  all(): Promise<readonly SunkMail[]>;
  /** Every link of a mail. */
  linksOf(id: string): Promise<readonly string[]>;
}

const LATEST = 60;
const ALL = 2_000;

export function createMailSink(url: string): MailSink {
  const read = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}/api/messages${path}`);
    if (!response.ok) throw new Error(`the mail sink answered ${response.status}`);
    return (await response.json()) as T;
  };
  const list = async (limit: number) => (await read<{ items: readonly SunkMail[] }>(`?limit=${limit}`)).items;
  return {
    latest: () => list(LATEST),
    all: () => list(ALL),
    linksOf: async (id) => (await read<{ links: readonly string[] }>(`/${id}`)).links,
  };
}

/** The Message-ID that the welcome mail of an event must have: it follows from event and handler alone. */
export function mailIdOf(eventId: string): string {
  return `<${uuidv5('user.welcome-mail', eventId)}@skelly.localhost>`;
}
