import type { Socket } from 'node:net';
import { CLOSE, type CloseCode } from '@skelly/types/live';
import type { WebSocket } from 'ws';

/** The outgoing side of one socket: bounded, and closed once. */
export interface Transport {
  readonly isClosed: boolean;
  /** Sends a text frame; bytes are UTF-8 and may be shared between sockets. A client too slow to take it is closed with 4008. */
  send(text: string | Buffer): void;
  /** Resolves when the kernel has taken what was sent, or the socket is gone. */
  drained(): Promise<void>;
  /** Sends a close; a client that does not answer in time is cut off. */
  close(code: CloseCode, reason: string): void;
  /** Called once: when we closed, or the client did. */
  onClosed(listener: () => void): void;
}

export function createTransport(deps: {
  readonly socket: WebSocket;
  /** What the WebSocket runs on. */
  readonly stream: Socket;
  readonly limits: { readonly outgoingBytes: number; readonly closeTimeoutMs: number };
}): Transport {
  const { socket, stream, limits } = deps;
  const listeners: (() => void)[] = [];
  let isClosed = false;

  function markClosed(): void {
    if (isClosed) return;
    isClosed = true;
    for (const listener of listeners) listener();
  }

  const transport: Transport = {
    get isClosed() {
      return isClosed;
    },
    send(text) {
      if (isClosed) return;
      // What waits already counts, not this frame: a single one always goes, however large, or it would come again for ever.
      if (socket.bufferedAmount > limits.outgoingBytes) transport.close(CLOSE.SLOW_READER, 'slow reader');
      else socket.send(text, { binary: false });
    },
    drained() {
      if (isClosed || !stream.writableNeedDrain) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          stream.off('drain', done);
          stream.off('close', done);
          resolve();
        };
        stream.on('drain', done);
        stream.on('close', done);
      });
    },
    close(code, reason) {
      if (isClosed) return;
      socket.close(code, reason);
      markClosed();
      const cut = setTimeout(() => socket.terminate(), limits.closeTimeoutMs);
      socket.once('close', () => clearTimeout(cut));
    },
    onClosed(listener) {
      if (isClosed) listener();
      else listeners.push(listener);
    },
  };
  socket.once('close', markClosed);
  return transport;
}
