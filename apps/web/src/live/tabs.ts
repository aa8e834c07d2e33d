import type { ChannelPosition } from '@skelly/types/live';

/** What one tab tells the others of the same browser. */
export type TabNews =
  /** A session began; follow the stream from `stream` to see all that came of it. */
  { readonly kind: 'signed-in'; readonly stream: ChannelPosition | null } | { readonly kind: 'signed-out' };

const CHANNEL = 'skelly-session';

/** Tells every other tab. */
export function tellTabs(news: TabNews): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(news);
  channel.close();
}

/** Hears what other tabs tell, until the returned function is called. */
export function hearTabs(heard: (news: TabNews) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event: MessageEvent<TabNews>) => heard(event.data);
  return () => channel.close();
}
