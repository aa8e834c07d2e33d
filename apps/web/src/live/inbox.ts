import type { Notification, NotificationsResponse } from '@skelly/types/notification';

/** What this tab knows of the member's inbox. `unread` is the server's count at `inboxVersion`; it is never counted here. */
export interface Inbox {
  /** Newest first, each once. */
  readonly items: readonly Notification[];
  readonly unread: number;
  readonly inboxVersion: number;
  /** Continues after the oldest item; null when everything is here. */
  readonly nextCursor: string | null;
}

/** The count that a message or an answer carries. */
interface Count {
  readonly unread: number;
  readonly inboxVersion: number;
}

/** An inbox as first read. */
export function openInbox(page: NotificationsResponse): Inbox {
  return { items: page.items, unread: page.unread, inboxVersion: page.inboxVersion, nextCursor: page.nextCursor };
}

/**
 * Takes in the newest page, read again. Older pages that were loaded stay, unless the new one does not reach down to
 * them: then something may lie between, and they are loaded again on demand.
 */
export function refreshInbox(inbox: Inbox, page: NotificationsResponse): Inbox {
  const known = new Set(inbox.items.map((item) => item.id));
  const touches = page.nextCursor === null || page.items.some((item) => known.has(item.id));
  const merged = touches ? merge(inbox.items, page.items) : page.items;
  const last = page.items.at(-1);
  const deeper = touches && last !== undefined && merged.at(-1)?.id !== last.id;
  return { ...count(inbox, page), items: merged, nextCursor: deeper ? inbox.nextCursor : page.nextCursor };
}

/** Takes in the page that follows the oldest item. */
export function extendInbox(inbox: Inbox, page: NotificationsResponse): Inbox {
  return { ...count(inbox, page), items: merge(inbox.items, page.items), nextCursor: page.nextCursor };
}

/** Takes in one new notification; one that is here already changes nothing but the count. */
export function addToInbox(inbox: Inbox, item: Notification, given: Count): Inbox {
  return { ...count(inbox, given), items: merge([item], inbox.items), nextCursor: inbox.nextCursor };
}

/** Marks as read what was there at `readAt`. */
export function readInbox(inbox: Inbox, readAt: string, given: Count): Inbox {
  const items = inbox.items.map((item) =>
    item.readAt === null && item.createdAt <= readAt ? { ...item, readAt } : item,
  );
  return { ...count(inbox, given), items, nextCursor: inbox.nextCursor };
}

/** Marks just the named ones as read: what arrived since the command was given is not. */
export function readNamed(inbox: Inbox, ids: ReadonlySet<string>, given: Count): Inbox {
  const readAt = new Date().toISOString();
  const items = inbox.items.map((item) => (ids.has(item.id) && item.readAt === null ? { ...item, readAt } : item));
  return { ...count(inbox, given), items, nextCursor: inbox.nextCursor };
}

function count(inbox: Inbox, given: Count): Count {
  const { unread, inboxVersion } = given.inboxVersion >= inbox.inboxVersion ? given : inbox;
  return { unread, inboxVersion };
}

/** Both lists by id, newest first. A notification that was read stays read, whichever answer was late. */
function merge(first: readonly Notification[], second: readonly Notification[]): Notification[] {
  const byId = new Map(first.map((item) => [item.id, item]));
  for (const item of second) byId.set(item.id, { ...item, readAt: item.readAt ?? byId.get(item.id)?.readAt ?? null });
  return [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
}
