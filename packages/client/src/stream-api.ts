import type { ClientData, ClientInput, EventContract } from '@skelly/types/event';
import type { ContractOf, EventType } from '@skelly/types/events';
import type { LogEntry, PublicationFrame, StreamPosition } from '@skelly/types/live';
import type { RefetchNotice } from './channels';
import type { EmitOptions } from './emitter';
import type { BrowserSignals, Timers } from './environment';
import type { LiveHandler } from './handlers';
import type { Fetch } from './post-events';
import type { Presence } from './presence';
import type { SocketConstructor } from './socket';
import type { ConnectionState } from './state';

export interface EventStreamOptions {
  /** Where the gateway is: a path on this origin such as `/ws`, or an absolute URL. */
  readonly url: string;
  /** Channels to follow from the start, beside the user's own, which is always followed; each from a position, or from now on. */
  readonly channels?: Readonly<Record<string, StreamPosition | undefined>>;
  /** Where events are emitted to while there is no socket. @defaultValue `/api/events` */
  readonly eventsUrl?: string;
  /** @defaultValue the global fetch */
  readonly fetch?: Fetch;
  /** @defaultValue the global WebSocket, and server-sent events from `/stream` of the same origin where WebSockets do not pass */
  readonly WebSocket?: SocketConstructor;
  /** For a client without cookie: a token of `POST /api/live/token`, another one at every call. It connects and refreshes by it. */
  readonly token?: () => Promise<string>;
  /** From 0 up to 1. @defaultValue Math.random */
  readonly random?: () => number;
  /** Milliseconds since 1970. @defaultValue Date.now */
  readonly now?: () => number;
  readonly timers?: Timers;
  readonly signals?: BrowserSignals;
  /** Told of a handler that threw, and of what the server refused. @defaultValue the global reportError, where there is one */
  readonly onError?: (error: unknown) => void;
}

export interface SubscribeOptions {
  /** Only events of this channel; it is followed for as long as the subscription lasts. */
  readonly channel?: string;
}

export interface EventStream {
  /** Connects; also the way on after `close()`, and after it has stopped as signed out. Does nothing while it is connected. */
  connect(): void;
  /** Disconnects. Handlers and positions stay. */
  close(): void;
  /**
   * Calls the handler for every event of the contract, in the order of its channel, each once. A type of the catalog is as good as its
   * contract, and brings no schema library into the bundle; `*` means every type.
   */
  subscribe<Contract extends EventContract>(
    contract: Contract,
    handler: LiveHandler<ClientData<Contract>, Contract['type']>,
    options?: SubscribeOptions,
  ): () => void;
  subscribe<Type extends EventType>(
    type: Type,
    handler: LiveHandler<ClientData<ContractOf<Type>>, Type>,
    options?: SubscribeOptions,
  ): () => void;
  subscribe(type: '*', handler: LiveHandler, options?: SubscribeOptions): () => void;
  /** Follows the operations feed for as long as the subscription lasts; for admins and support. */
  subscribeLog(handler: LiveHandler<LogEntry>, options?: { readonly since?: StreamPosition }): () => void;
  /**
   * Follows a channel until the returned function is called. State that an API answer carried with its `stream` position is
   * continued without a gap when that position is given here before the channel is followed, so: before `connect()`.
   */
  ensureChannel(channel: string, position?: StreamPosition): () => void;
  /**
   * Emits an event that clients may emit, on behalf of whoever is signed in: by the socket while it is up, by HTTP otherwise, and again by
   * HTTP under the same key when the socket is lost before the answer.
   *
   * @returns the event's id once it is written.
   * @throws EmitRefused with the server's code; `timeout` after ten seconds; `too_many_waiting` behind a hundred others.
   */
  emit<Contract extends EventContract>(
    contract: Contract,
    data: ClientInput<Contract>,
    options?: EmitOptions,
  ): Promise<string>;
  emit(type: string, data: object, options?: EmitOptions): Promise<string>;
  /**
   * Who is on a channel, `room:{id}` or `user:{id}`, until it is left. In a room the user is there by it, in all eyes, unless
   * `enter` is false; on a user's channel they only look on.
   */
  presence(channel: string, options?: { readonly enter?: boolean }): Presence;
  /** Calls the listener when state that was built from a channel must be read afresh. */
  onRefetch(listener: (notice: RefetchNotice) => void): () => void;
  /** Calls the listener for every message after its handlers. It is none of them: what only it has seen was not shown. */
  observe(listener: (message: PublicationFrame) => void): () => void;
  readonly state: ConnectionState;
  onState(listener: () => void): () => void;
}
