import type { Notification } from '@skelly/types/notification';
import fc from 'fast-check';
import {
  aheadOf,
  extendInbox,
  type Inbox,
  openInbox,
  partOf,
  putIntoInbox,
  readInbox,
  refreshInbox,
  staleInbox,
} from './inbox';

const stream = { channel: 'user:1', offset: 0, epoch: 'e' };
const READ = '2026-01-02T00:00:00.000Z';

const item = (nth: number, change: Partial<Notification> = {}): Notification => ({
  id: `n${nth}`,
  category: 'welcome',
  title: 'Welcome',
  body: '',
  href: null,
  sourceEventId: null,
  createdAt: `2026-01-01T00:0${nth}:00.000Z`,
  readAt: null,
  archivedAt: null,
  ...change,
});
const page = (nths: readonly number[], inboxVersion: number, nextCursor: string | null = null) => ({
  items: nths.map((nth) => item(nth)),
  unread: nths.length,
  inboxVersion,
  nextCursor,
  stream,
});
const ids = (inbox: { readonly items: readonly Notification[] } | null) => inbox?.items.map(({ id }) => id);
const read = (inbox: Inbox) => inbox.items.map(({ readAt }) => readAt !== null);

describe('the inbox in a tab', () => {
  it('shows a notification once, whether state or stream told it first', () => {
    const inbox = putIntoInbox(openInbox(page([1], 1)), item(1), { unread: 1, inboxVersion: 1 });
    expect(ids(inbox)).toEqual(['n1']);
    expect(inbox.unread).toBe(1);
  });

  it('takes the count with the highest version, in whatever order they come', () => {
    const late = putIntoInbox(openInbox({ ...page([2, 1], 5), unread: 7 }), item(3), { unread: 2, inboxVersion: 4 });
    expect(late.unread).toBe(7);
    expect(ids(late)).toEqual(['n3', 'n2', 'n1']);
    expect(putIntoInbox(late, item(4), { unread: 8, inboxVersion: 6 }).unread).toBe(8);
  });

  it('marks as read what earlier versions had, and a late page does not take it back', () => {
    const all = readInbox(openInbox(page([2, 1], 2)), READ, { unread: 0, inboxVersion: 3 });
    expect(read(all)).toEqual([true, true]);
    expect(read(refreshInbox(all, page([2, 1], 2)))).toEqual([true, true]);
    expect(refreshInbox(all, page([2, 1], 2)).unread).toBe(0);
    // One that came after it is new, though it be told of late.
    expect(read(putIntoInbox(all, item(3), { unread: 1, inboxVersion: 4 }))).toEqual([false, true, true]);
  });

  it('keeps older pages when the newest is read again', () => {
    const deep = extendInbox(openInbox(page([6, 5], 1, 'n5')), page([4, 3], 1, 'n3'));
    const fresh = refreshInbox(deep, page([7, 6], 2, 'n6'));
    expect(ids(fresh)).toEqual(['n7', 'n6', 'n5', 'n4', 'n3']);
    expect(fresh.nextCursor).toBe('n3');
  });

  it('drops older pages when something may lie between, or was missed', () => {
    const fresh = refreshInbox(openInbox(page([2, 1], 1, 'n1')), page([9, 8], 9, 'n8'));
    expect(ids(fresh)).toEqual(['n9', 'n8']);
    expect(fresh.nextCursor).toBe('n8');
    const deep = extendInbox(openInbox(page([6, 5], 1, 'n5')), page([4, 3], 1, 'n3'));
    expect(ids(refreshInbox(staleInbox(deep), page([6, 5], 2, 'n5')))).toEqual(['n6', 'n5']);
  });

  it('lets go of what the newest page has no more', () => {
    const inbox = refreshInbox(openInbox(page([3, 2, 1], 3)), page([3, 1], 4));
    expect(ids(inbox)).toEqual(['n3', 'n1']);
  });

  it('has each part as far as it was loaded, and moves notifications between them', () => {
    const inbox = openInbox(page([3, 2], 2, 'n2'));
    expect(partOf(inbox, 'archived')).toBeNull();
    const archive = { ...page([], 2, 'n5'), items: [item(6, { archivedAt: READ }), item(5, { archivedAt: READ })] };
    const both = refreshInbox(inbox, archive, 'archived');
    expect(ids(both)).toEqual(['n3', 'n2']);
    expect(ids(partOf(both, 'archived'))).toEqual(['n6', 'n5']);
    // Below the reach of the archive: whoever loads it finds it there, in its order.
    const moved = putIntoInbox(both, item(3, { archivedAt: READ }), { unread: 1, inboxVersion: 3 });
    expect(ids(moved)).toEqual(['n2']);
    expect(ids(partOf(moved, 'archived'))).toEqual(['n6', 'n5']);
    const restored = putIntoInbox(moved, item(6), { unread: 2, inboxVersion: 4 });
    expect(ids(restored)).toEqual(['n6', 'n2']);
    expect(ids(partOf(restored, 'archived'))).toEqual(['n5']);
  });

  it('shows ahead of the server what was asked, and counts nothing itself', () => {
    const inbox = openInbox(page([2, 1], 2));
    const ahead = aheadOf(
      inbox,
      new Map([
        ['n2', { archivedAt: READ }],
        ['n1', { readAt: READ }],
      ]),
    );
    expect(ids(ahead)).toEqual(['n1']);
    expect(read(ahead)).toEqual([true]);
    expect(ahead.unread).toBe(2);
    expect(aheadOf(inbox, new Map(), { readAt: READ, inboxVersion: 3 }).unread).toBe(0);
    const arrived = putIntoInbox(inbox, item(3), { unread: 3, inboxVersion: 3 });
    const both = aheadOf(arrived, new Map(), { readAt: READ, inboxVersion: 3 });
    expect([both.unread, read(both)]).toEqual([3, [false, true, true]]);
  });
});

/** A member's inbox on the server: what it tells of each change, and what a page would say after it. */
function serve(acts: readonly { readonly act: string; readonly nth: number }[]) {
  const items = new Map<string, Notification>();
  const unreadOf = () => [...items.values()].filter((each) => each.readAt === null && each.archivedAt === null).length;
  const messages: ((inbox: Inbox) => Inbox)[] = [];
  let inboxVersion = 0;
  for (const { act, nth } of acts) {
    inboxVersion += 1;
    if (act === 'read all') {
      for (const each of items.values())
        if (each.readAt === null && each.archivedAt === null) items.set(each.id, { ...each, readAt: READ });
      const given = { unread: unreadOf(), inboxVersion };
      messages.push((inbox) => readInbox(inbox, READ, given));
      continue;
    }
    const before = items.get(`n${nth}`) ?? item(nth);
    const changed = {
      create: before,
      read: { ...before, readAt: READ },
      unread: { ...before, readAt: null },
      archive: { ...before, archivedAt: READ },
      restore: { ...before, archivedAt: null },
    }[act] as Notification;
    items.set(changed.id, changed);
    const given = { unread: unreadOf(), inboxVersion };
    messages.push((inbox) => putIntoInbox(inbox, changed, given));
    const all = [...items.values()].filter(({ archivedAt }) => archivedAt === null);
    messages.push((inbox) => refreshInbox(inbox, { items: all, nextCursor: null, stream, ...given }));
  }
  const there = [...items.values()].filter(({ archivedAt }) => archivedAt === null);
  return { messages, unread: unreadOf(), inboxVersion, items: there.sort((a, b) => (a.id < b.id ? 1 : -1)) };
}

it('ends as the server has it, in whatever order messages and pages come, and however often', () => {
  const act = fc.record({
    act: fc.constantFrom('create', 'read', 'unread', 'archive', 'restore', 'read all'),
    nth: fc.integer({ min: 1, max: 5 }),
  });
  const orders = fc
    .array(act, { minLength: 1, maxLength: 14 })
    .map(serve)
    .chain((server) =>
      fc
        .tuple(
          fc.shuffledSubarray(server.messages, { minLength: server.messages.length }),
          fc.subarray(server.messages),
        )
        .map(([order, again]) => ({ server, order: [...order, ...again] })),
    );
  fc.assert(
    fc.property(orders, ({ server, order }) => {
      const inbox = order.reduce((now, take) => take(now), openInbox(page([], 0)));
      expect(inbox).toMatchObject({ unread: server.unread, inboxVersion: server.inboxVersion });
      expect(inbox.items).toEqual(server.items);
    }),
    { numRuns: 500 },
  );
});
