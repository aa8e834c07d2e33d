'use client';

import type { LiveHandler } from '@skelly/client';
import { useEventStream } from '@skelly/client/react';
import type { ClientData } from '@skelly/types/event';
import type { ContractOf, EventType } from '@skelly/types/events';
import { useEffect, useRef } from 'react';

/**
 * `useEvent` of the SDK by the name of the event: typed by the catalog, without the contract's value and the schema
 * library that comes with it (33 kB of script on every page).
 *
 * @param channel events of this channel alone, which is followed meanwhile; without it, of those that are followed anyway
 */
export function useLiveEvent<Type extends EventType>(
  type: Type,
  handler: LiveHandler<ClientData<ContractOf<Type>>, Type>,
  channel?: string,
): void {
  const stream = useEventStream();
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(
    () =>
      stream.subscribe(
        type,
        (event) => latest.current(event as Parameters<typeof handler>[0]),
        channel === undefined ? {} : { channel },
      ),
    [stream, type, channel],
  );
}
