export { BACKOFF, backoff } from './backoff';
export type { RefetchNotice } from './channels';
export type { BrowserSignals, Timers } from './environment';
export { createEventStream, type EventStream, type EventStreamOptions, type SubscribeOptions } from './event-stream';
export type { LiveEvent, LiveHandler } from './handlers';
export type { SocketConstructor, SocketLike } from './socket';
export type { ConnectionState, ConnectionStatus, OfflineReason } from './state';
