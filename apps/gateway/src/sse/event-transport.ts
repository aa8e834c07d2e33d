import type { ServerResponse } from 'node:http';
import { CLOSE, mayReconnect, readReconnectAdvice } from '@skelly/types/live';
import type { Transport } from '../connection/transport';
import type { Counts } from '../counts';

/** A {@link Transport} over one HTTP answer of server-sent events. */
export interface EventTransport extends Pick<Transport, 'isClosed' | 'drained' | 'close' | 'onClosed'> {
  /** Sends an event; data is one line. A client too slow to take it is closed with 4008. */
  send(event: string, data: string | Buffer, id?: string): void;
  /** Sends a comment, which keeps the way open and is not shown to the page. */
  comment(): void;
}

export function createEventTransport(deps: {
  /** Its head has been written. */
  readonly response: ServerResponse;
  /** Its `frames` grow by each event. */
  readonly counts: Pick<Counts, 'frames'>;
  readonly limits: { readonly outgoingBytes: number; readonly closeTimeoutMs: number };
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Told when this side ends it. */
  readonly onEnding: (code: number, reason: string) => void;
}): EventTransport {
  const { response, limits, counts } = deps;
  const listeners: (() => void)[] = [];
  let isClosed = false;

  function markClosed(): void {
    if (isClosed) return;
    isClosed = true;
    for (const listener of listeners) listener();
  }

  function write(text: string, data: string | Buffer): void {
    // As of a WebSocket: what waits already counts, not this event.
    if (response.writableLength > limits.outgoingBytes) transport.close(CLOSE.SLOW_READER, 'slow reader');
    else response.write(Buffer.concat([Buffer.from(text), Buffer.from(data), Buffer.from('\n\n')]));
  }

  const transport: EventTransport = {
    get isClosed() {
      return isClosed;
    },
    send(event, data, id) {
      if (isClosed) return;
      counts.frames += 1;
      write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: `, data);
    },
    comment() {
      if (!isClosed) write(':', '');
    },
    drained() {
      if (isClosed || !response.writableNeedDrain) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          response.off('drain', done);
          response.off('close', done);
          resolve();
        };
        response.on('drain', done);
        response.on('close', done);
      });
    },
    close(code, reason) {
      if (isClosed) return;
      deps.onEnding(code, reason);
      // A stream has no close codes: the last event says what one would, and `retry` when a browser comes back by itself.
      const withinMs = readReconnectAdvice(reason);
      const retry = withinMs === undefined ? '' : `retry: ${Math.floor(deps.random() * withinMs)}\n`;
      const told = JSON.stringify({ code, reason, reconnect: mayReconnect(code) });
      response.end(`${retry}event: close\ndata: ${told}\n\n`);
      markClosed();
      const cut = setTimeout(() => response.destroy(), limits.closeTimeoutMs);
      response.once('close', () => clearTimeout(cut));
    },
    onClosed(listener) {
      if (isClosed) listener();
      else listeners.push(listener);
    },
  };
  response.once('close', markClosed);
  return transport;
}
