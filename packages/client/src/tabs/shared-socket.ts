import type { SocketConstructor, SocketLike } from '../socket';
import { browserPorts, browserSocket, type TabPorts } from './ports';
import { createTab, type Tab, type TabSocket } from './tab';

export interface SharedSocketOptions {
  /** The signed-in member. Tabs share a socket with tabs of the same member alone. */
  readonly userId: string;
  /** @defaultValue the browser's; a function, as a page that is rendered on a server has none */
  readonly ports?: () => TabPorts | undefined;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** Raised when letters change their meaning, so that tabs of an older deploy keep to themselves. */
const LETTERS_VERSION = 1;

/**
 * A WebSocket for `createEventStream` that is one for all tabs of a member in this browser: a tab that a Web Lock has elected holds the
 * real one, the others reach it by a BroadcastChannel. When that tab closes, crashes or is put away, another one connects, and every
 * stream goes on from where it was. Where the browser has no locks each tab has a socket of its own. Where WebSockets do not pass, the one
 * connection is a stream of server-sent events.
 *
 * The session belongs to the browser and not to a tab; should the server take the connection for another member than `userId`, the tabs
 * are closed as signed out (4401) before they get a frame of it.
 */
export function sharedSocket({ userId, ports = browserPorts }: SharedSocketOptions): SocketConstructor {
  let latestUrl = '';
  let openOne: ((url: string) => SocketLike) | undefined;

  function chooseWay(url: string): (url: string) => SocketLike {
    const given = ports();
    if (!given) {
      const Socket = browserSocket();
      return (each) => new Socket(each);
    }
    // A query may carry what differs between attempts, and has no part in who shares.
    const name = `skelly-live.${LETTERS_VERSION} ${url.replace(/[?#].*/, '')} ${userId}`;
    const tab = createTab({ ports: given, name, url: () => latestUrl, userId });
    return () => openTabSocket(tab);
  }

  // A function that returns an object may be called with `new`.
  return function open(url: string) {
    latestUrl = url;
    openOne ??= chooseWay(url);
    return openOne(url);
  } as unknown as SocketConstructor;
}

function openTabSocket(tab: Tab): SocketLike {
  const socket = {
    readyState: CONNECTING,
    onopen: null as SocketLike['onopen'],
    onmessage: null as SocketLike['onmessage'],
    onclose: null as SocketLike['onclose'],
    onerror: null as SocketLike['onerror'],
    send: (text: string) => way.send(text),
    close() {
      socket.readyState = CLOSED;
      way.detach();
    },
  };
  const way = tab.attach({
    get isOpen() {
      return socket.readyState === OPEN;
    },
    frame(text) {
      if (socket.readyState === CONNECTING) {
        socket.readyState = OPEN;
        socket.onopen?.({} as never);
      }
      socket.onmessage?.({ data: text } as never);
    },
    end(code, reason) {
      socket.readyState = CLOSED;
      socket.onclose?.({ code, reason } as never);
    },
  } satisfies TabSocket);
  return socket;
}
