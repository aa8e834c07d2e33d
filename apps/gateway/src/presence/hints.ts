/** The Postgres channel on which gateways tell each other where presence has changed. Losing a hint costs a poll. */
export const PRESENCE_HINTS = 'skelly_presence';

/** Channels that one hint names; of more it only says that there are. Keeps it below the 8,000 bytes of a NOTIFY. */
const NAMED = 50;

/** Where presence has changed, and by whom: a gateway has no use for its own hints. */
export interface PresenceHint {
  readonly from: string;
  /** Undefined: in many places. */
  readonly channels: readonly string[] | undefined;
}

export function encodePresenceHint({ from, channels }: PresenceHint): string {
  return JSON.stringify(channels && channels.length <= NAMED ? { from, channels } : { from });
}

/** Reads a hint. What it does not understand, it takes as one about many places. */
export function decodePresenceHint(payload: string): PresenceHint {
  try {
    const { from, channels } = JSON.parse(payload) as Partial<PresenceHint>;
    return { from: String(from), channels: Array.isArray(channels) ? channels.map(String) : undefined };
  } catch {
    return { from: '', channels: undefined };
  }
}
