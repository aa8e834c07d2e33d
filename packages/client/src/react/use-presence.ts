import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Presence, PresenceList } from '../presence';
import { useEventStream } from './hooks';

const nobody = () => undefined;

/**
 * Who is on a channel, and is there while the component is mounted. `list` is undefined until it is known.
 *
 * @param options.enter - false: looks on without being there. @defaultValue true
 */
export function usePresence(
  channel: string,
  { enter = true }: { readonly enter?: boolean } = {},
): { readonly list: PresenceList | undefined } & Pick<Presence, 'typing' | 'rest'> {
  const stream = useEventStream();
  const [presence, setPresence] = useState<Presence | null>(null);
  useEffect(() => {
    const entered = stream.presence(channel, { enter });
    setPresence(entered);
    return () => entered.leave();
  }, [stream, channel, enter]);
  const onChange = useCallback((listener: () => void) => presence?.onChange(listener) ?? nobody, [presence]);
  const list = useSyncExternalStore(onChange, () => presence?.list, nobody);
  return useMemo(() => ({ list, typing: () => presence?.typing(), rest: () => presence?.rest() }), [list, presence]);
}
