import { LOG_CHANNEL, type PublicationFrame } from '@skelly/types/live';

/** An event as a browser receives it. */
export interface LiveEvent<Data = unknown, Type extends string = string> {
  readonly type: Type;
  /** The same for the same event on every channel and in every tab. */
  readonly eventId: string;
  /** Shared by everything that one command set in motion. */
  readonly correlationId?: string | undefined;
  readonly channel: string;
  readonly offset: number;
  /** When it happened, ISO 8601, UTC. */
  readonly at: string;
  readonly data: Data;
}

export type LiveHandler<Data = unknown, Type extends string = string> = (event: LiveEvent<Data, Type>) => void;

/** Who wants which events. */
export interface HandlerTable {
  /** @param type - a type, or `*` for all; @param channel - this channel only. Returns the way out. */
  add(type: string, handler: LiveHandler<never>, channel?: string): () => void;
  /**
   * Calls every handler that wants the event. One that throws does not keep it from the others. Messages of the log are its
   * entries, not the events' own data, so only who names that channel receives them.
   *
   * @returns whether one that wanted it has done with it.
   */
  dispatch(frame: PublicationFrame): boolean;
}

export function createHandlerTable(deps: { readonly onError: (error: unknown) => void }): HandlerTable {
  interface Entry {
    readonly type: string;
    readonly channel: string | undefined;
    readonly handler: LiveHandler;
  }
  const entries = new Set<Entry>();

  return {
    add(type, handler, channel) {
      const entry: Entry = { type, channel, handler: handler as LiveHandler };
      entries.add(entry);
      return () => entries.delete(entry);
    },
    dispatch({ type, eventId, correlationId, channel, offset, at, data }) {
      let isHandled = false;
      for (const entry of [...entries]) {
        const wantsChannel = entry.channel === undefined ? channel !== LOG_CHANNEL : entry.channel === channel;
        if (!wantsChannel || (entry.type !== '*' && entry.type !== type)) continue;
        try {
          entry.handler({ type, eventId, correlationId, channel, offset, at, data });
          isHandled = true;
        } catch (error) {
          deps.onError(error);
        }
      }
      return isHandled;
    },
  };
}
