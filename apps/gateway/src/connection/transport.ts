import type { Socket } from 'node:net';
import { CLOSE, type CloseCode } from '@skelly/types/live';
import type { EncodedFrame } from '../protocol/encode';
import type { FrameJoiner, FrameQueue, FrameSink } from './frame-joiner';
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

/** What may wait for the end of a turn, or before a reader that catches up is held back, in bytes: much less than what closes it. */
const ROOM_BYTES = 65_536;

export interface TransportDependencies {
  readonly socket: LiveSocket;
  /** What the WebSocket runs on. */
  readonly stream: Socket;
  readonly joiner: FrameJoiner;
  readonly limits: { readonly outgoingBytes: number; readonly closeTimeoutMs: number };
}

export function createTransport(deps: TransportDependencies): Transport {
  return new SocketTransport(deps);
}

/** A class, because there is one for every connection: closures would take several times the memory. */
class SocketTransport implements Transport, FrameSink {
  readonly #socket: LiveSocket;
  readonly #stream: Socket;
  readonly #limits: TransportDependencies['limits'];
  readonly #queue: FrameQueue;
  #listeners: (() => void)[] = [];
  isClosed = false;

  constructor({ socket, stream, joiner, limits }: TransportDependencies) {
    this.#socket = socket;
    this.#stream = stream;
    this.#limits = limits;
    this.#queue = joiner.queueFor(this);
    socket.outgoing = this.#queue;
    socket.once('close', () => this.#markClosed());
  }

  write(frames: Buffer): void {
    // After a close nothing more may be written, but by `ws`.
    if (this.#socket.readyState === this.#socket.OPEN && this.#stream.writable) this.#stream.write(frames);
  }

  send({ message }: EncodedFrame): void {
    if (this.isClosed) return;
    // A burst within one turn says nothing of the reader: what the kernel does not take does.
    if (this.#queue.bytes > ROOM_BYTES) this.#queue.flush();
    // What waits already counts, not this frame: a single one always goes, however large, or it would come again for ever.
    if (this.#waitingBytes > this.#limits.outgoingBytes) this.close(CLOSE.SLOW_READER, 'slow reader');
    else this.#queue.add(message);
  }

  drained(): Promise<void> {
    if (this.isClosed || this.#waitingBytes <= ROOM_BYTES) return Promise.resolve();
    this.#queue.flush();
    const stream = this.#stream;
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
  }

  close(code: CloseCode, reason: string): void {
    if (this.isClosed) return;
    this.#socket.close(code, reason);
    this.#markClosed();
    const cut = setTimeout(() => this.#socket.terminate(), this.#limits.closeTimeoutMs);
    this.#socket.once('close', () => clearTimeout(cut));
  }

  onClosed(listener: () => void): void {
    if (this.isClosed) listener();
    else this.#listeners.push(listener);
  }

  get #waitingBytes(): number {
    return this.#queue.bytes + this.#stream.writableLength;
  }

  #markClosed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const listener of this.#listeners) listener();
    this.#listeners = [];
  }
}
