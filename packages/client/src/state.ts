/**
 * - `live`: connected, and every wanted channel is followed.
 * - `connecting`: a connection is being made, the first one or right after one was lost.
 * - `offline`: it could not be made, or the stream has stopped; see `reason`.
 */
export type ConnectionStatus = 'connecting' | 'live' | 'offline';

/**
 * Why it is offline.
 * - `network`: the server cannot be reached; it is tried again by itself, at `retryAt`.
 * - `signed-out`: there is no valid session. Sign in, then `connect()`.
 * - `forbidden`: a channel was asked for that this user may not see; it was given up. `connect()` goes on without it.
 * - `refused`: the server does not understand this client; a newer one may be needed.
 * - `closed`: `close()` was called.
 */
export type OfflineReason = 'network' | 'signed-out' | 'forbidden' | 'refused' | 'closed';

/** A snapshot; a new object whenever something in it changes. Moments in milliseconds since 1970. */
export interface ConnectionState {
  readonly status: ConnectionStatus;
  readonly reason?: OfflineReason | undefined;
  /** Whom the server took this connection for, when it last came up; another role or another user than the page shows is news. */
  readonly user?: { readonly id: string; readonly role: string } | undefined;
  /** When the last event arrived. */
  readonly lastEventAt?: number | undefined;
  /** When the next attempt will be made. */
  readonly retryAt?: number | undefined;
}

/** A value with listeners; the snapshot stays the same object until something in it changes. */
export interface StateCell {
  readonly current: ConnectionState;
  set(change: Partial<ConnectionState>): void;
  onChange(listener: () => void): () => void;
}

export function createStateCell(): StateCell {
  const listeners = new Set<() => void>();
  let current: ConnectionState = { status: 'connecting' };
  return {
    get current() {
      return current;
    },
    set(change) {
      const next = { ...current, ...change };
      const keys = Object.keys(next) as (keyof ConnectionState)[];
      if (keys.every((key) => next[key] === current[key])) return;
      current = next;
      for (const listener of [...listeners]) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
