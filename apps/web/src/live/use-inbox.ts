'use client';

import type {
  InboxFilter,
  InboxState,
  Notification,
  NotificationResponse,
  NotificationsResponse,
} from '@skelly/types/notification';
import { type Dispatch, type SetStateAction, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Failure, type Sent, send } from '../http/send';
import { type Ahead, aheadOf, extendInbox, type Inbox, partOf, putIntoInbox, readInbox, refreshInbox } from './inbox';

/** What a member does with one notification. */
export type InboxAct = 'read' | 'unread' | 'archive' | 'restore';

export interface InboxCommands {
  /** Shown as done at once; null when the server has done it. A failure puts things back. */
  readonly act: (id: string, act: InboxAct) => Promise<Failure | null>;
  /** The same for all that is new. */
  readonly markAllRead: () => Promise<Failure | null>;
  /** Loads a part's first page, or the next one; null when it was done. */
  readonly load: (filter: InboxFilter) => Promise<Failure | null>;
}

const PAGE = 20;

const changeOf: Record<InboxAct, (now: string) => Partial<Pick<Notification, 'readAt' | 'archivedAt'>>> = {
  read: (now) => ({ readAt: now }),
  unread: () => ({ readAt: null }),
  archive: (now) => ({ archivedAt: now }),
  restore: () => ({ archivedAt: null }),
};

/** The member's commands about their inbox, and the inbox with what was asked but not answered yet. */
export function useInbox(
  inbox: Inbox,
  setInbox: Dispatch<SetStateAction<Inbox>>,
): { readonly shown: Inbox; readonly commands: InboxCommands } {
  const [ahead, setAhead] = useState<Ahead>(new Map());
  const [readThrough, setReadThrough] = useState<Inbox['readThrough']>(null);
  const latest = useRef(inbox);
  useEffect(() => {
    latest.current = inbox;
  });
  // Commands about one notification go one after the other: undone is what comes last, not what arrives last.
  const queues = useRef(new Map<string, Promise<unknown>>());

  const act = useCallback<InboxCommands['act']>(
    async (id, name) => {
      const change = changeOf[name](new Date().toISOString());
      setAhead((now) => new Map(now).set(id, { ...now.get(id), ...change }));
      const before = queues.current.get(id);
      const sending: Promise<Sent<NotificationResponse>> = Promise.resolve(before).then(() =>
        send<NotificationResponse>(`/api/notifications/${id}/${name}`),
      );
      queues.current.set(id, sending);
      const sent = await sending;
      if (sent.ok) setInbox((now) => putIntoInbox(now, sent.data.notification, sent.data));
      if (queues.current.get(id) === sending) {
        queues.current.delete(id);
        setAhead((now) => new Map([...now].filter(([other]) => other !== id)));
      }
      return sent.ok ? null : sent.failure;
    },
    [setInbox],
  );

  const markAllRead = useCallback(async () => {
    const readAt = new Date().toISOString();
    setReadThrough({ readAt, inboxVersion: latest.current.inboxVersion + 1 });
    const sent = await send<InboxState>('/api/notifications/read-all');
    if (sent.ok) setInbox((now) => readInbox(now, readAt, sent.data));
    setReadThrough(null);
    return sent.ok ? null : sent.failure;
  }, [setInbox]);

  const load = useCallback<InboxCommands['load']>(
    async (filter) => {
      const part = partOf(latest.current, filter);
      if (part?.nextCursor === null) return null;
      const query = new URLSearchParams({ filter, limit: String(PAGE), ...(part ? { before: part.nextCursor } : {}) });
      const page = await send<NotificationsResponse>(`/api/notifications?${query}`, { method: 'GET' });
      if (!page.ok) return page.failure;
      setInbox((now) => (part ? extendInbox(now, page.data, filter) : refreshInbox(now, page.data, filter)));
      return null;
    },
    [setInbox],
  );

  const shown = useMemo(() => aheadOf(inbox, ahead, readThrough), [inbox, ahead, readThrough]);
  const commands = useMemo(() => ({ act, markAllRead, load }), [act, markAllRead, load]);
  return { shown, commands };
}
