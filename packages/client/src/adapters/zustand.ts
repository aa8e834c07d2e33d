import type { EventType } from '@skelly/types/events';
import type { RefetchNotice } from '../channels';
import type { EventStream } from '../stream-api';
import { type EventOf, subscribeRules } from './rules';

/** What is used of a store of zustand 5. */
export interface StoreLike<State> {
  setState(change: (state: State) => State | Partial<State>): void;
}

export interface StoreRules<State> {
  readonly stream: Pick<EventStream, 'subscribe' | 'onRefetch'>;
  readonly store: StoreLike<State>;
  /** What each event changes of the state; the state itself when nothing. */
  readonly on: { readonly [Type in EventType]?: (state: State, event: EventOf<Type>) => State | Partial<State> };
  /** Reads the state afresh, as the stream cannot give what was missed. */
  readonly refetch: (notice: RefetchNotice) => void;
}

/** Keeps a zustand store true from events, until the returned function is called. */
export function keepStore<State>({ stream, store, on, refetch }: StoreRules<State>): () => void {
  const rules = on as Readonly<Record<string, (state: State, event: never) => State | Partial<State>>>;
  const stop = subscribeRules(stream, Object.keys(on), (type, event) => {
    store.setState((state) => rules[type]?.(state, event) ?? state);
  });
  const stopRefetch = stream.onRefetch(refetch);
  return () => {
    stop();
    stopRefetch();
  };
}
