'use client';

import { createEventStream } from '@skelly/client';
import { EventStreamProvider, useWaitingCommands } from '@skelly/client/react';
import { sharedSocket } from '@skelly/client/tabs';
import type { ChannelPosition } from '@skelly/types/live';
import type { Member } from '@skelly/types/user';
import {
  createContext,
  type Dispatch,
  type ReactNode,
  type SetStateAction,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { type Attempts, createAttempts } from '../http/attempts';
import type { Session } from '../server/session';
import type { Transfer } from '../wallet/transfers';
import { NO_BALANCES, type ToldBalances } from './balances';
import type { Connection } from './connection';
import { useHandover } from './handover';
import { type Inbox, openInbox, refreshInbox } from './inbox';
import { InteractionReports } from './interactions';
import { useCommandQueue } from './use-command-queue';
import { useFreshness } from './use-freshness';
import { useIdentity } from './use-identity';
import { type InboxCommands, useInbox } from './use-inbox';
import { useMemberEvents } from './use-member-events';
import { type SystemStatus, useSystemStatus } from './use-system-status';

interface SessionState {
  readonly user: Member;
  readonly inbox: Inbox;
  /** What events told of the member's wallets while the page is there, also between a page's read and its first render. */
  readonly balances: ToldBalances;
  readonly connection: Connection;
  readonly status: SystemStatus;
  /** Of commands of this member whose end is not known, in any tab, as `useSendOnce` keeps them; the same for as long as the page is there. */
  readonly attempts: Attempts;
  /** As the wallet shows them. They outlive its page, as the attempts do. */
  readonly transfers: readonly Transfer[];
  readonly setTransfers: Dispatch<SetStateAction<readonly Transfer[]>>;
}

const SessionContext = createContext<SessionState | null>(null);
/** Apart from the state: a row with a button need not be drawn again whenever something arrives. */
const InboxCommandsContext = createContext<InboxCommands | null>(null);

/** The signed-in member of this page, kept current by the member's stream. @throws Error outside of {@link SessionProvider} */
export function useSession(): SessionState {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider above it.');
  return session;
}

/** What the member can do with notifications; the same functions for as long as the page is there. @throws Error outside of {@link SessionProvider} */
export function useInboxCommands(): InboxCommands {
  const commands = useContext(InboxCommandsContext);
  if (!commands) throw new Error('useInboxCommands needs a SessionProvider above it.');
  return commands;
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
    return createEventStream({
      url: '/ws',
      WebSocket: sharedSocket({ userId: session.me.user.id }),
      channels: { [channel]: own, system: session.status?.stream },
    });
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
  const [balances, setBalances] = useState(NO_BALANCES);

  const merged = useRef(session);
  useEffect(() => {
    if (merged.current === session) return;
    merged.current = session;
    setUser(session.me.user);
    setInbox((now) => refreshInbox(now, session.inbox));
  }, [session]);

  useIdentity(user);
  useMemberEvents({ setUser, setInbox, setBalances });
  const queue = useCommandQueue(user.id);
  const connection = useFreshness(useWaitingCommands(queue));
  const status = useSystemStatus(session.status);

  const [attempts] = useState(createAttempts);
  useBackground(user.id, attempts);
  const [transfers, setTransfers] = useState<readonly Transfer[]>([]);
  const { shown, commands } = useInbox(inbox, setInbox, queue);
  const value = useMemo(
    () => ({ user, inbox: shown, balances, connection, status, attempts, transfers, setTransfers }),
    [user, shown, balances, connection, status, attempts, transfers],
  );
  return (
    <InboxCommandsContext value={commands}>
      <SessionContext value={value}>{children}</SessionContext>
    </InboxCommandsContext>
  );
}

/** Its script is no part of the page's first load; where it cannot be had it is asked for again. */
function useBackground(userId: string, attempts: Attempts): void {
  useEffect(() => {
    let isOver = false;
    let end = () => {};
    const load = (): Promise<void> =>
      import('./background').then(
        ({ startBackground }) => {
          if (!isOver) end = startBackground(userId, attempts);
        },
        () => {
          if (isOver) return;
          const retry = setTimeout(load, 5_000);
          end = () => clearTimeout(retry);
        },
      );
    void load();
    return () => {
      isOver = true;
      end();
    };
  }, [userId, attempts]);
}
