import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Mail, type MailSummary, readMail, type StoredMail, summarise } from './message';

/** The mails of a sink, newest first. */
export interface Mailbox {
  /** Keeps a mail; resolves once it is safe on disk. */
  add(mail: { source: Buffer; envelope: StoredMail['envelope'] }): Promise<MailSummary>;
  list(filter: { to?: string; limit: number }): { items: MailSummary[]; total: number };
  get(id: string): Promise<Mail | null>;
  clear(): void;
}

/**
 * Opens the mailbox in a folder; each mail is one file, so a restart finds them all. At most `keep` mails (default
 * 2000) are kept; the oldest goes when a new one comes.
 */
export async function openMailbox(folder: string, options: { keep?: number } = {}): Promise<Mailbox> {
  const keep = options.keep ?? 2_000;
  mkdirSync(folder, { recursive: true });
  const summaries = new Map<string, MailSummary>();
  let counter = 0;

  const pathOf = (id: string) => join(folder, `${id}.json`);
  const drop = (id: string) => {
    summaries.delete(id);
    rmSync(pathOf(id), { force: true });
  };
  const trim = () => {
    for (const id of summaries.keys()) {
      if (summaries.size <= keep) break;
      drop(id);
    }
  };
  const read = (id: string): StoredMail | null => {
    try {
      return JSON.parse(readFileSync(pathOf(id), 'utf8')) as StoredMail;
    } catch {
      return null;
    }
  };

  for (const file of readdirSync(folder).sort()) {
    // A file that a crash left half-written keeps its draft name, and its sender was never told that it arrived.
    if (!file.endsWith('.json')) {
      rmSync(join(folder, file), { force: true });
      continue;
    }
    const stored = read(file.slice(0, -'.json'.length));
    if (stored) summaries.set(stored.id, summarise(await readMail(stored)));
  }
  trim();

  return {
    async add({ source, envelope }) {
      const now = new Date();
      counter = (counter + 1) % 1_000_000;
      // Sorts by time of arrival, also within a millisecond.
      const id = `${now.getTime().toString(36).padStart(9, '0')}-${counter.toString(36).padStart(4, '0')}-${process.pid.toString(36)}`;
      const stored: StoredMail = { id, receivedAt: now.toISOString(), envelope, source: source.toString('base64') };
      const summary = summarise(await readMail(stored));
      await writeDurably(pathOf(id), JSON.stringify(stored));
      summaries.set(id, summary);
      trim();
      return summary;
    },
    list({ to, limit }) {
      const wanted = to?.toLowerCase();
      const items = [...summaries.values()]
        .reverse()
        .filter((item) => !wanted || item.to.some((address) => address.toLowerCase().includes(wanted)));
      return { items: items.slice(0, limit), total: items.length };
    },
    async get(id) {
      if (!summaries.has(id)) return null;
      const stored = read(id);
      return stored && readMail(stored);
    },
    clear() {
      for (const id of summaries.keys()) drop(id);
    },
  };
}

async function writeDurably(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
