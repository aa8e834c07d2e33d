/** What the stream needs of a WebSocket: the browser's, or that of `ws`. */
export interface SocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
}

export type SocketConstructor = new (url: string) => SocketLike;

export interface SocketHandlers {
  onMessage(text: string): void;
  /** Called once: the socket closed, or could not be opened. */
  onClose(code: number, reason: string): void;
}

/** One socket whose events stop the moment it is dropped. */
export interface OpenSocket {
  send(text: string): void;
  /** Ends it without waiting for the other side, which may be gone. No handler is called any more. */
  drop(): void;
}

const OPEN = 1;
const ABNORMAL = 1006;

/** Opens a socket. A constructor that throws, as for a URL that it does not like, counts as a close. */
export function openSocket(WebSocket: SocketConstructor, url: string, handlers: SocketHandlers): OpenSocket {
  let isLive = true;
  const socket = new WebSocket(url);
  const end = (code: number, reason: string) => {
    if (!isLive) return;
    isLive = false;
    handlers.onClose(code, reason);
  };
  socket.onmessage = ((event: { data: unknown }) => {
    if (isLive && typeof event.data === 'string') handlers.onMessage(event.data);
  }) as SocketLike['onmessage'];
  socket.onclose = ((event: { code?: number; reason?: string }) => {
    end(event.code ?? ABNORMAL, event.reason ?? '');
  }) as SocketLike['onclose'];
  // A close always follows; without a listener `ws` would throw.
  socket.onerror = () => undefined;
  return {
    send(text) {
      if (isLive && socket.readyState === OPEN) socket.send(text);
    },
    drop() {
      isLive = false;
      socket.close(1000);
    },
  };
}
