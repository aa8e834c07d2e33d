import type { ChannelPosition } from '@skelly/types/live';

/** What one tab tells the others of the same browser. */
export type TabNews =
  /** A session of this member began; follow the stream from `stream` to see all that came of it. */
  | { readonly kind: 'signed-in'; readonly userId: string; readonly stream: ChannelPosition | null }
  | { readonly kind: 'signed-out' };

const CHANNEL = 'skelly-session';

/** This tab's end of what the tabs of a browser tell each other. */
export interface Tabs {
  /** Tells every other tab, and not this one. */
  tell(news: TabNews): void;
  close(): void;
}

/** @param heard - called with what other tabs tell, until it is closed */
export function openTabs(heard: (news: TabNews) => void): Tabs {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event: MessageEvent<TabNews>) => heard(event.data);
  return { tell: (news) => channel.postMessage(news), close: () => channel.close() };
}
