import type { InboxFilter, InboxState, Notification, NotificationsResponse } from '@skelly/types/notification';

/** A part of the inbox as far as it is loaded. */
export interface InboxPart {
  /** Newest first, each once. */
  readonly items: readonly Notification[];
  /** Continues after the oldest item; null when everything is here. */
  readonly nextCursor: string | null;
}

/**
 * What this tab knows of the member's inbox. `unread` is the server's count at `inboxVersion`; it is never counted here.
 * `items` and `nextCursor` are of what is not archived. Whatever order messages and answers come in, the same is shown in the end:
 * of each notification the state of the highest version, and over it the last reading of all.
 */
export interface Inbox extends InboxState, InboxPart {
  /** By id, each as it was at a version. */
  readonly known: ReadonlyMap<string, { readonly item: Notification; readonly asOf: number }>;
  /** The last time that all was read; versions before it were meant. */
  readonly readThrough: { readonly readAt: string; readonly inboxVersion: number } | null;
  /** For each part that is loaded the cursor below which nothing is known; null when nothing lies below. */
  readonly reach: Readonly<Partial<Record<InboxFilter, string | null>>>;
  /** Something was missed: what the next newest page does not have is not to be relied on. */
  readonly stale: boolean;
}

type Parts = Omit<Inbox, 'items' | 'nextCursor'>;

const belongs: Record<InboxFilter, (item: Notification) => boolean> = {
  all: (item) => item.archivedAt === null,
  unread: (item) => item.archivedAt === null && item.readAt === null,
  archived: (item) => item.archivedAt !== null,
};

/** An inbox as first read. */
export function openInbox(page: NotificationsResponse): Inbox {
  const nothing: Parts = { known: new Map(), readThrough: null, reach: {}, stale: false, unread: 0, inboxVersion: 0 };
  return refreshInbox(build(nothing), page);
}

/**
 * Takes in the newest page of a part, read again. Older pages that were loaded stay, unless the new one does not reach down
 * to them: then something may lie between, and they are loaded again on demand.
 */
export function refreshInbox(inbox: Inbox, page: NotificationsResponse, filter: InboxFilter = 'all'): Inbox {
  const listed = new Set(page.items.map((item) => item.id));
  const before = inbox.stale ? undefined : inbox.reach[filter];
  const shown = partOf(inbox, filter)?.items ?? [];
  const touches = before !== undefined && (page.nextCursor === null || shown.some((item) => listed.has(item.id)));
  const kept = [...inbox.known].filter(([id, { item, asOf }]) => {
    if (asOf > page.inboxVersion || listed.has(id)) return true;
    // Within the page's reach, and not on it: it has left this part, or is too old to be kept.
    return !inbox.stale && !(belongs[filter](item) && (page.nextCursor === null || id >= page.nextCursor));
  });
  const cursor =
    touches && before !== null && page.nextCursor !== null && before < page.nextCursor ? before : page.nextCursor;
  return build({
    ...inbox,
    ...count(inbox, page),
    known: put(new Map(kept), page.items, page.inboxVersion),
    reach: { ...(inbox.stale ? {} : inbox.reach), [filter]: touches && before === null ? null : cursor },
    stale: false,
  });
}

/** Takes in the page that follows the oldest item of a part. */
export function extendInbox(inbox: Inbox, page: NotificationsResponse, filter: InboxFilter = 'all'): Inbox {
  return build({
    ...inbox,
    ...count(inbox, page),
    known: put(inbox.known, page.items, page.inboxVersion),
    reach: { ...inbox.reach, [filter]: page.nextCursor },
  });
}

/** Takes in one notification as it was at a version: a new one, or one that was read, archived or put back. */
export function putIntoInbox(inbox: Inbox, item: Notification, given: InboxState): Inbox {
  return build({ ...inbox, ...count(inbox, given), known: put(inbox.known, [item], given.inboxVersion) });
}

/** Marks as read what was there at an earlier version. */
export function readInbox(inbox: Inbox, readAt: string, given: InboxState): Inbox {
  const isNewer = given.inboxVersion > (inbox.readThrough?.inboxVersion ?? 0);
  const readThrough = isNewer ? { readAt, inboxVersion: given.inboxVersion } : inbox.readThrough;
  return build({ ...inbox, ...count(inbox, given), readThrough });
}

/** Says that events were missed: the next newest page starts afresh. */
export function staleInbox(inbox: Inbox): Inbox {
  return { ...inbox, stale: true };
}

/** What a member has done to notifications and the server has not answered yet, by id. */
export type Ahead = ReadonlyMap<string, Partial<Pick<Notification, 'readAt' | 'archivedAt'>>>;

/**
 * The inbox as it will be once the server has done what was asked. The count stays the server's, but for 0 until something
 * happens after all was read.
 */
export function aheadOf(inbox: Inbox, ahead: Ahead, readThrough: Inbox['readThrough'] = null): Inbox {
  if (ahead.size === 0 && !readThrough) return inbox;
  const known = new Map(inbox.known);
  for (const [id, change] of ahead) {
    const entry = known.get(id);
    if (entry) known.set(id, { item: { ...seen(inbox, entry), ...change }, asOf: Number.POSITIVE_INFINITY });
  }
  const isNext = readThrough !== null && inbox.inboxVersion < readThrough.inboxVersion;
  return build({
    ...inbox,
    known,
    unread: isNext ? 0 : inbox.unread,
    readThrough: readThrough ?? inbox.readThrough,
  });
}

/** A part of the inbox, or null before it was loaded. */
export function partOf(inbox: Parts, filter: InboxFilter): InboxPart | null {
  const nextCursor = inbox.reach[filter];
  if (nextCursor === undefined) return null;
  const items = [...inbox.known.values()]
    .map((entry) => seen(inbox, entry))
    .filter((item) => belongs[filter](item) && (nextCursor === null || item.id >= nextCursor))
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  return { items, nextCursor };
}

function build(parts: Parts): Inbox {
  return { ...parts, ...(partOf(parts, 'all') ?? { items: [], nextCursor: null }) };
}

/** What was read with all, by what it was before: the same object each time, so that nothing is drawn again for it. */
const readWithAll = new WeakMap<Notification, Notification>();

function seen({ readThrough }: Parts, { item, asOf }: { item: Notification; asOf: number }): Notification {
  if (!readThrough || asOf >= readThrough.inboxVersion || !belongs.unread(item)) return item;
  const known = readWithAll.get(item);
  if (known?.readAt === readThrough.readAt) return known;
  const read = { ...item, readAt: readThrough.readAt };
  readWithAll.set(item, read);
  return read;
}

function put(known: Inbox['known'], items: readonly Notification[], asOf: number): Inbox['known'] {
  const next = new Map(known);
  for (const item of items) if (asOf >= (next.get(item.id)?.asOf ?? 0)) next.set(item.id, { item, asOf });
  return next;
}

function count(inbox: InboxState, given: InboxState): InboxState {
  const { unread, inboxVersion } = given.inboxVersion >= inbox.inboxVersion ? given : inbox;
  return { unread, inboxVersion };
}
