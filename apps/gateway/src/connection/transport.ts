import type { Socket } from 'node:net';
import { CLOSE, type CloseCode } from '@skelly/types/live';
import type { EncodedFrame } from '../protocol/encode';
import type { FrameJoiner } from './frame-joiner';
import type { LiveSocket } from './live-socket';

/** The outgoing side of one client: bounded, and closed once. */
export interface Transport {
  readonly isClosed: boolean;
  /** Sends a frame. A client too slow to take it is closed with 4008. */
  send(frame: EncodedFrame): void;
  /** Resolves when there is room for more, or the client is gone. */
  drained(): Promise<void>;
  /** Sends a close; a client that does not answer in time is cut off. */
  close(code: CloseCode, reason: string): void;
  /** Called once: when we closed, or the client did. */
  onClosed(listener: () => void): void;
}

/** What may wait before a reader that catches up is held back, in bytes: much less than what closes it. */
const ROOM_BYTES = 65_536;

export function createTransport(deps: {
  readonly socket: LiveSocket;
  /** What the WebSocket runs on. */
  readonly stream: Socket;
  readonly joiner: FrameJoiner;
  readonly limits: { readonly outgoingBytes: number; readonly closeTimeoutMs: number };
}): Transport {
  const { socket, stream, limits } = deps;
  const listeners: (() => void)[] = [];
  const queue = deps.joiner.queueFor({
    write(frames) {
      // After a close nothing more may be written, but by `ws`.
      if (socket.readyState === socket.OPEN && stream.writable) stream.write(frames);
    },
  });
  socket.beforeClose = queue.flush;
  let isClosed = false;

  function markClosed(): void {
    if (isClosed) return;
    isClosed = true;
    for (const listener of listeners) listener();
  }

  const waitingBytes = () => queue.bytes + stream.writableLength;

  const transport: Transport = {
    get isClosed() {
      return isClosed;
    },
    send({ message }) {
      if (isClosed) return;
      // What waits already counts, not this frame: a single one always goes, however large, or it would come again for ever.
      if (waitingBytes() > limits.outgoingBytes) transport.close(CLOSE.SLOW_READER, 'slow reader');
      else queue.add(message);
    },
    drained() {
      if (isClosed || waitingBytes() <= ROOM_BYTES) return Promise.resolve();
      queue.flush();
      if (!stream.writableNeedDrain) return Promise.resolve();
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
