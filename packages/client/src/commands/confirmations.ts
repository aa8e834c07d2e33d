import { LOG_CHANNEL, type PublicationFrame } from '@skelly/types/live';
import type { Timers } from '../environment';

/** Correlations that are remembered after their events, as an event may come before the answer to its command. */
const REMEMBERED = 256;

/** Which commands' events have come. */
export interface Confirmations {
  seen(message: Pick<PublicationFrame, 'channel' | 'correlationId' | 'type'>): void;
  /**
   * Resolves with true when an event of the correlation has come (of the type, where one is named), with false when none has come in
   * time. An event that came a moment before counts.
   */
  whenSeen(correlationId: string, options: { readonly type?: string; readonly timeoutMs: number }): Promise<boolean>;
}

export function createConfirmations({ timers }: { readonly timers: Timers }): Confirmations {
  const seen = new Set<string>();
  const waiting = new Set<{ readonly name: string; readonly confirm: () => void }>();

  return {
    seen({ channel, correlationId, type }) {
      // The log tells of an event before the member's own channel may bring it.
      if (!correlationId || channel === LOG_CHANNEL) return;
      for (const name of [correlationId, `${correlationId} ${type}`]) {
        seen.delete(name);
        seen.add(name);
        for (const each of [...waiting]) if (each.name === name) each.confirm();
      }
      for (const oldest of seen) {
        if (seen.size <= 2 * REMEMBERED) break;
        seen.delete(oldest);
      }
    },
    whenSeen(correlationId, { type, timeoutMs }) {
      const name = type === undefined ? correlationId : `${correlationId} ${type}`;
      if (seen.has(name)) return Promise.resolve(true);
      return new Promise((resolve) => {
        const end = (isSeen: boolean) => {
          waiting.delete(entry);
          timers.clearTimeout(timer);
          resolve(isSeen);
        };
        const entry = { name, confirm: () => end(true) };
        const timer = timers.setTimeout(() => end(false), timeoutMs);
        waiting.add(entry);
      });
    },
  };
}
