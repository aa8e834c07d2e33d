import type { RawData, WebSocket } from 'ws';

/** The first thing that a client said, and what came right behind it. */
export interface Opening {
  /** Undefined when nothing came in time, or the client left. */
  readonly first: { readonly data: RawData; readonly isBinary: boolean } | undefined;
  /** Hands what came behind it to whoever listens now. */
  release(): void;
}

/**
 * Waits for the first message of a socket and pauses it there. Messages that had arrived together with it are kept until
 * they are released: as many as a client may send at once and one more, so that one that sends too many is still noticed.
 */
export function takeOpening(
  socket: WebSocket,
  limits: { readonly authTimeoutMs: number; readonly frameBurst: number },
): Promise<Opening> {
  return new Promise((resolve) => {
    const messages: { readonly data: RawData; readonly isBinary: boolean }[] = [];
    const take = (data: RawData, isBinary: boolean) => {
      if (messages.length <= limits.frameBurst + 1) messages.push({ data, isBinary });
      if (messages.length === 1) finish();
    };
    const timer = setTimeout(finish, limits.authTimeoutMs);
    function finish(): void {
      clearTimeout(timer);
      socket.pause();
      socket.off('close', finish);
      const release = () => {
        socket.off('message', take);
        for (const { data, isBinary } of messages.slice(1)) socket.emit('message', data, isBinary);
      };
      resolve({ first: messages[0], release });
    }
    socket.on('message', take);
    socket.once('close', finish);
    socket.resume();
  });
}
