'use client';

import { createEventStream } from '@skelly/client';
import { EventStreamProvider } from '@skelly/client/react';
import type { ChannelPosition } from '@skelly/types/live';
import type { NotificationsResponse, ReadAllResponse } from '@skelly/types/notification';
import type { Member } from '@skelly/types/user';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { type Failure, send } from '../http/send';
import type { Session } from '../server/session';
import type { Connection } from './connection';
import { useHandover } from './handover';
import { extendInbox, type Inbox, openInbox, readNamed, refreshInbox } from './inbox';
import { InteractionReports } from './interactions';
import { useFreshness } from './use-freshness';
import { useIdentity } from './use-identity';
import { useMemberEvents } from './use-member-events';
import { type SystemStatus, useSystemStatus } from './use-system-status';

interface SessionState {
  readonly user: Member;
  readonly inbox: Inbox;
  readonly connection: Connection;
  readonly status: SystemStatus;
  /** Shows everything as read at once and tells the server; null when it was done. A failure puts things back. */
  readonly markAllRead: () => Promise<Failure | null>;
  /** Loads the page after the oldest notification; null when it was done. */
  readonly loadOlder: () => Promise<Failure | null>;
}

const SessionContext = createContext<SessionState | null>(null);

/** The signed-in member of this page, kept current by the member's stream. @throws Error outside of {@link SessionProvider} */
export function useSession(): SessionState {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider above it.');
  return session;
}

interface SessionProviderProps {
  /** As the server read it for this page; a newer one (after `router.refresh()`) is merged in. */
  readonly session: Session;
  readonly children: ReactNode;
}

/** Holds what the page shows of the member and follows the stream. Render it with `key={user.id}`. */
export function SessionProvider({ session, children }: SessionProviderProps) {
  const handover = useHandover();
  const [stream] = useState(() => {
    const { channel } = session.me.stream;
    const own = handover.startOf(channel) ?? earlier(session);
    return createEventStream({ url: '/ws', channels: { [channel]: own, system: session.status?.stream } });
  });
  return (
    <EventStreamProvider stream={stream}>
      <InteractionReports userId={session.me.user.id}>
        <LiveSession session={session}>{children}</LiveSession>
      </InteractionReports>
    </EventStreamProvider>
  );
}

/** Both states were read one after the other: following from the earlier position misses nothing of either. */
function earlier({ me, inbox }: Session): ChannelPosition {
  return me.stream.epoch === inbox.stream.epoch && me.stream.offset < inbox.stream.offset ? me.stream : inbox.stream;
}

function LiveSession({ session, children }: SessionProviderProps) {
  const [user, setUser] = useState(session.me.user);
  const [inbox, setInbox] = useState(() => openInbox(session.inbox));
  const [readAhead, setReadAhead] = useState<ReadonlySet<string> | null>(null);

  const merged = useRef(session);
  useEffect(() => {
    if (merged.current === session) return;
    merged.current = session;
    setUser(session.me.user);
    setInbox((now) => refreshInbox(now, session.inbox));
  }, [session]);

  useIdentity(user);
  useMemberEvents({ setUser, setInbox });
  const connection = useFreshness();
  const status = useSystemStatus(session.status);

  const markAllRead = useCallback(async () => {
    const ids = new Set(inbox.items.map((item) => item.id));
    setReadAhead(ids);
    const sent = await send<ReadAllResponse>('/api/notifications/read-all');
    if (sent.ok) setInbox((now) => readNamed(now, ids, sent.data));
    setReadAhead(null);
    return sent.ok ? null : sent.failure;
  }, [inbox.items]);

  const loadOlder = useCallback(async () => {
    if (inbox.nextCursor === null) return null;
    const page = await send<NotificationsResponse>(`/api/notifications?limit=20&before=${inbox.nextCursor}`, {
      method: 'GET',
    });
    if (page.ok) setInbox((now) => extendInbox(now, page.data));
    return page.ok ? null : page.failure;
  }, [inbox.nextCursor]);

  const shown = useMemo(
    () => (readAhead ? readNamed(inbox, readAhead, { unread: 0, inboxVersion: inbox.inboxVersion }) : inbox),
    [inbox, readAhead],
  );
  const value = useMemo(
    () => ({ user, inbox: shown, connection, status, markAllRead, loadOlder }),
    [user, shown, connection, status, markAllRead, loadOlder],
  );
  return <SessionContext value={value}>{children}</SessionContext>;
}
