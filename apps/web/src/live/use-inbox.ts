'use client';

import type { CommandQueue } from '@skelly/client/commands';
import { useOptimisticCommand } from '@skelly/client/react';
import type {
  InboxFilter,
  InboxState,
  Notification,
  NotificationResponse,
  NotificationsResponse,
} from '@skelly/types/notification';
import { type Dispatch, type SetStateAction, useCallback, useEffect, useMemo, useRef } from 'react';
import { type Failure, send } from '../http/send';
import { type Ahead, aheadOf, extendInbox, type Inbox, partOf, putIntoInbox, readInbox, refreshInbox } from './inbox';

/** What a member does with one notification. */
export type InboxAct = 'read' | 'unread' | 'archive' | 'restore';

export interface InboxCommands {
  /** Shown as done at once, and sent when the server can be reached; false puts things back. */
  readonly act: (id: string, act: InboxAct) => Promise<boolean>;
  /** The same for all that is new. */
  readonly markAllRead: () => Promise<boolean>;
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

/** A command as it is shown before it is done, and how its answer is taken in. */
interface Asked {
  readonly path: string;
  readonly ahead: Ahead;
  readonly readThrough: Inbox['readThrough'];
  readonly take: (now: Inbox, answer: InboxState & NotificationResponse) => Inbox;
}

/** The member's commands about their inbox, and the inbox with what was asked but not confirmed yet. */
export function useInbox(
  inbox: Inbox,
  setInbox: Dispatch<SetStateAction<Inbox>>,
  queue: CommandQueue<Failure>,
): { readonly shown: Inbox; readonly commands: InboxCommands } {
  const latest = useRef(inbox);
  useEffect(() => {
    latest.current = inbox;
  });

  const { state: shown, run } = useOptimisticCommand({
    state: inbox,
    apply: (now, { ahead, readThrough }: Asked) => aheadOf(now, ahead, readThrough),
    async send({ path, take }) {
      const outcome = await queue.run<InboxState & NotificationResponse>(path);
      if (outcome.ok) setInbox((now) => take(now, outcome.data));
      return outcome;
    },
  });

  const act = useCallback<InboxCommands['act']>(
    async (id, name) => {
      const ahead = new Map([[id, changeOf[name](new Date().toISOString())]]);
      const { ok } = await run({
        path: `/api/notifications/${id}/${name}`,
        ahead,
        readThrough: null,
        take: (now, answer) => putIntoInbox(now, answer.notification, answer),
      });
      return ok;
    },
    [run],
  );

  const markAllRead = useCallback(async () => {
    const readAt = new Date().toISOString();
    const { ok } = await run({
      path: '/api/notifications/read-all',
      ahead: new Map(),
      readThrough: { readAt, inboxVersion: latest.current.inboxVersion + 1 },
      take: (now, answer) => readInbox(now, readAt, answer),
    });
    return ok;
  }, [run]);

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

  const commands = useMemo(() => ({ act, markAllRead, load }), [act, markAllRead, load]);
  return { shown, commands };
}
