import type { ClientData } from '@skelly/types/event';
import type { ContractOf, EventType } from '@skelly/types/events';
import type { LiveEvent } from '../handlers';
import type { EventStream } from '../stream-api';

/** An event of a type of the catalog. */
export type EventOf<Type extends EventType> = LiveEvent<ClientData<ContractOf<Type>>, Type>;

/** Subscribes every rule. Returns the way out. */
export function subscribeRules(
  stream: Pick<EventStream, 'subscribe'>,
  types: readonly string[],
  handle: (type: string, event: never) => void,
): () => void {
  const stops = types.map((type) => stream.subscribe(type as EventType, (event) => handle(type, event as never)));
  return () => {
    for (const stop of stops) stop();
  };
}
