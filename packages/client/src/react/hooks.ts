import type { ClientData, EventContract } from '@skelly/types/event';
import type { ContractOf, EventType } from '@skelly/types/events';
import type { LogEntry, StreamPosition } from '@skelly/types/live';
import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useSyncExternalStore,
} from 'react';
import type { RefetchNotice } from '../channels';
import type { LiveHandler } from '../handlers';
import type { ConnectionState } from '../state';
import type { EventStream, SubscribeOptions } from '../stream-api';

const StreamContext = createContext<EventStream | null>(null);

/**
 * Gives the tree below one stream, connected for as long as this is mounted. Keep the stream the same between renders
 * (`useState(() => createEventStream(…))`), and make another for another user.
 */
export function EventStreamProvider(props: { readonly stream: EventStream; readonly children?: ReactNode }): ReactNode {
  const { stream } = props;
  useEffect(() => {
    stream.connect();
    return () => stream.close();
  }, [stream]);
  return createElement(StreamContext.Provider, { value: stream }, props.children);
}

/** The stream of the nearest provider. @throws Error outside one */
export function useEventStream(): EventStream {
  const stream = useContext(StreamContext);
  if (!stream) throw new Error('There is no EventStreamProvider above this component.');
  return stream;
}

/** The newest value, readable by callbacks that outlive a render. */
export function useLatest<Value>(value: Value): { readonly current: Value } {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}

/**
 * Calls the handler for every event of the contract, or of the type, while the component is mounted; always the handler of the last
 * render. A type is typed by the catalog, and brings no schema library into the bundle.
 */
export function useEvent<Contract extends EventContract>(
  contract: Contract,
  handler: LiveHandler<ClientData<Contract>, Contract['type']>,
  options?: SubscribeOptions,
): void;
export function useEvent<Type extends EventType>(
  type: Type,
  handler: LiveHandler<ClientData<ContractOf<Type>>, Type>,
  options?: SubscribeOptions,
): void;
export function useEvent(
  target: EventContract | EventType,
  handler: LiveHandler<never, never>,
  options?: SubscribeOptions,
): void {
  const stream = useEventStream();
  const latest = useLatest(handler);
  const channel = options?.channel;
  useEffect(
    () =>
      stream.subscribe(
        target as EventContract,
        (event) => latest.current(event as never),
        channel === undefined ? {} : { channel },
      ),
    [stream, target, channel, latest],
  );
}

/** Follows a channel while the component is mounted, and calls the handler for every event of it. */
export function useChannel(channel: string, handler: LiveHandler): void {
  const stream = useEventStream();
  const latest = useLatest(handler);
  useEffect(() => stream.subscribe('*', (event) => latest.current(event), { channel }), [stream, channel, latest]);
}

/** Follows the operations feed while the component is mounted, from a position when one is given at first. */
export function useLog(handler: LiveHandler<LogEntry>, options?: { readonly since?: StreamPosition }): void {
  const stream = useEventStream();
  const latest = useLatest(handler);
  const since = useLatest(options?.since);
  useEffect(
    () => stream.subscribeLog((event) => latest.current(event), since.current ? { since: since.current } : {}),
    [stream, latest, since],
  );
}

/** Calls the handler when state that came from a channel must be read afresh. */
export function useRefetch(handler: (notice: RefetchNotice) => void): void {
  const stream = useEventStream();
  const latest = useLatest(handler);
  useEffect(() => stream.onRefetch((notice) => latest.current(notice)), [stream, latest]);
}

const SERVER_STATE: ConnectionState = { status: 'connecting' };

/** The state of the connection, as of now. */
export function useConnection(): ConnectionState {
  const stream = useEventStream();
  return useSyncExternalStore(
    stream.onState,
    () => stream.state,
    () => SERVER_STATE,
  );
}
