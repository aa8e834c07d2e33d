import type { EventType } from '@skelly/types/events';
import type { EventStream } from '../stream-api';
import { type EventOf, subscribeRules } from './rules';

type QueryKey = readonly unknown[];

/** What is used of a `QueryClient` of TanStack Query 5. */
export interface QueryClientLike {
  isFetching(filters: { readonly queryKey: QueryKey }): number;
  setQueryData(key: QueryKey, update: (known: unknown) => unknown): unknown;
  cancelQueries(filters: { readonly queryKey: QueryKey }): Promise<void>;
  invalidateQueries(filters?: { readonly queryKey: QueryKey }): Promise<void>;
}

/** What a rule may do to the cache. */
export interface QueryCacheChange {
  /**
   * Changes a query's data, where it has any. A query that is being fetched is fetched again instead: its answer may be from before the
   * event, and would undo the change.
   */
  update<Data>(key: QueryKey, change: (known: Data) => Data): void;
  /** Has the queries whose keys begin so fetched again. */
  invalidate(key: QueryKey): void;
}

export interface QueryRules {
  readonly stream: Pick<EventStream, 'subscribe' | 'onRefetch'>;
  readonly queryClient: QueryClientLike;
  /** What each event does to the cache. */
  readonly on: { readonly [Type in EventType]?: (event: EventOf<Type>, cache: QueryCacheChange) => void };
}

/**
 * Keeps a TanStack Query cache true from events, until the returned function is called. When the stream cannot give what was missed, every
 * query is fetched again.
 */
export function keepQueries({ stream, queryClient, on }: QueryRules): () => void {
  const cache: QueryCacheChange = {
    update(key, change) {
      if (queryClient.isFetching({ queryKey: key }) > 0) {
        // A first fetch goes on when its query is only invalidated.
        queryClient.cancelQueries({ queryKey: key }).then(
          () => cache.invalidate(key),
          () => undefined,
        );
      } else queryClient.setQueryData(key, (known) => (known === undefined ? undefined : change(known as never)));
    },
    // A fetch that fails is the query's own affair, and shows in its state.
    invalidate: (queryKey) => void queryClient.invalidateQueries({ queryKey }).catch(() => undefined),
  };
  const rules = on as Readonly<Record<string, (event: never, cache: QueryCacheChange) => void>>;
  const stop = subscribeRules(stream, Object.keys(on), (type, event) => rules[type]?.(event, cache));
  const stopRefetch = stream.onRefetch(() => void queryClient.invalidateQueries().catch(() => undefined));
  return () => {
    stop();
    stopRefetch();
  };
}
