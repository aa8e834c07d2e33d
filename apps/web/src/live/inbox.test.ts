import type { Notification } from '@skelly/types/notification';
import { addToInbox, extendInbox, type Inbox, openInbox, readInbox, refreshInbox } from './inbox';

const stream = { channel: 'user:1', offset: 0, epoch: 'e' };

const item = (minute: number, readAt: string | null = null): Notification => ({
  id: `n${minute}`,
  category: 'welcome',
  title: 'Welcome',
  body: '',
  href: null,
  createdAt: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`,
  readAt,
});
const page = (minutes: readonly number[], inboxVersion: number, nextCursor: string | null = null) => ({
  items: minutes.map((minute) => item(minute)),
  unread: minutes.length,
  inboxVersion,
  nextCursor,
  stream,
});
const ids = (inbox: Inbox) => inbox.items.map(({ id }) => id);

describe('the inbox in a tab', () => {
  it('shows a notification once, whether state or stream told it first', () => {
    const inbox = addToInbox(openInbox(page([1], 1)), item(1), { unread: 1, inboxVersion: 1 });
    expect(ids(inbox)).toEqual(['n1']);
    expect(inbox.unread).toBe(1);
  });

  it('takes the count with the highest version, in whatever order they come', () => {
    const late = addToInbox(openInbox({ ...page([2, 1], 5), unread: 7 }), item(3), { unread: 2, inboxVersion: 4 });
    expect(late.unread).toBe(7);
    expect(ids(late)).toEqual(['n3', 'n2', 'n1']);
    expect(addToInbox(late, item(4), { unread: 8, inboxVersion: 6 }).unread).toBe(8);
  });

  it('marks as read what was there, and a late page does not take it back', () => {
    const read = readInbox(openInbox(page([2, 1], 2)), item(1).createdAt, { unread: 1, inboxVersion: 3 });
    expect(read.items.map(({ readAt }) => readAt !== null)).toEqual([false, true]);
    expect(refreshInbox(read, page([2, 1], 2)).items.map(({ readAt }) => readAt !== null)).toEqual([false, true]);
    expect(refreshInbox(read, page([2, 1], 2)).unread).toBe(1);
  });

  it('keeps older pages when the newest is read again', () => {
    const deep = extendInbox(openInbox(page([6, 5], 1, 'n5')), page([4, 3], 1, 'n3'));
    const fresh = refreshInbox(deep, page([7, 6], 2, 'n6'));
    expect(ids(fresh)).toEqual(['n7', 'n6', 'n5', 'n4', 'n3']);
    expect(fresh.nextCursor).toBe('n3');
  });

  it('drops older pages when something may lie between', () => {
    const fresh = refreshInbox(openInbox(page([2, 1], 1, 'n1')), page([9, 8], 9, 'n8'));
    expect(ids(fresh)).toEqual(['n9', 'n8']);
    expect(fresh.nextCursor).toBe('n8');
  });
});
