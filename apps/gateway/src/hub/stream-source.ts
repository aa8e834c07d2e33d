import type { StreamMessage } from '../protocol/encode';

export interface StreamRequest {
  readonly channel: string;
  /** Messages after this offset are wanted; null asks for the head alone. */
  readonly after: number | null;
  /** Somebody claims to know a later head than we do: the answer must be as new as this request. */
  readonly fresh: boolean;
}

/** A channel as of one snapshot. */
export interface StreamState {
  readonly epoch: string;
  /** The last offset. Messages follow `after` up to it, or up to the limit. */
  readonly head: number;
  /** The highest offset that a client can have heard of by other ways; the head, except on the log. */
  readonly ceiling: number;
  /** Whether offsets may be void, as on the log: what is not among the messages, up to the head, never was. */
  readonly hasHoles: boolean;
  /** In order. The first one's `prev` lies beyond `after` when retention took what was between. */
  readonly messages: readonly StreamMessage[];
}

/** Where streams are read from: the push tables, or the log. */
export interface StreamSource {
  /** Every requested channel's state, by channel. @throws when Postgres cannot be asked; nothing is lost by asking again */
  read(requests: readonly StreamRequest[], limit: number): Promise<ReadonlyMap<string, StreamState>>;
}
