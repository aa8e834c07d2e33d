import { SHOWN_LIMITS, type ShownReport } from '@skelly/types/live';
import { createRate } from '../connection/rate';
import type { ShownWriter } from './shown-writer';

/** Takes the reports of one connection, as far as they may be true. */
export type TakeShown = (reports: readonly ShownReport[]) => void;

export interface ShownReportsDependencies {
  readonly writer: Pick<ShownWriter, 'add'>;
  readonly userId: string;
  readonly connectionId: string;
  /** The offset up to which this connection has been sent a channel; undefined when it does not follow it, or catches up. */
  readonly sentThrough: (channel: string) => number | undefined;
  /** Messages at once, and how many a second are earned back; the rest is passed over. */
  readonly limits: { readonly shownBurst: number; readonly shownPerSecond: number };
  readonly now: () => number;
}

/** A client can only acknowledge what it was sent: the rest of a report is passed over, as is what comes too fast. */
export function createShownReports(deps: ShownReportsDependencies): TakeShown {
  const { writer, userId, connectionId, sentThrough, limits, now } = deps;
  const isWithinRate = createRate({ burst: limits.shownBurst, perSecond: limits.shownPerSecond, now: now() });
  return (reports) => {
    const moment = now();
    for (const { channel, from, to = from, agoMs, waitedMs, tab } of reports) {
      const last = Math.min(to, from + SHOWN_LIMITS.MESSAGES - 1, sentThrough(channel) ?? 0);
      for (let offset = from; offset <= last; offset += 1) {
        if (!isWithinRate(moment)) return;
        writer.add({ channel, offset, userId, connectionId, tab, shownAt: moment - agoMs, waitedMs });
      }
    }
  };
}
