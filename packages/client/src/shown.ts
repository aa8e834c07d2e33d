import { LOG_CHANNEL, type PublicationFrame, SHOWN_LIMITS, type ShownReport } from '@skelly/types/live';
import type { BrowserSignals, Timers } from './environment';

/**
 * How soon after a paint its report leaves, in milliseconds: after the first and before the second, at random, so that the many
 * who are shown the same do not answer in the same moment. It costs a tab one small frame for what comes within that time, and
 * puts the next ping off by as much, so a busy tab sends at most one frame a second and an idle one none.
 */
const SOON = { FIRST: 400, LAST: 900 } as const;

/** Messages that wait to be painted or reported; the oldest are given up beyond it. */
const KEPT = 300;

interface Painted {
  readonly channel: string;
  readonly offset: number;
  readonly receivedAt: number;
  readonly paintedAt: number;
}

/** What this tab has shown, for the gateway to know. */
export interface ShownTable {
  /** The message's handlers have run. It counts as shown at the next paint of a visible page, be that hours later. */
  handled(frame: PublicationFrame): void;
  /** Takes what a ping may carry. */
  take(): ShownReport[] | undefined;
  /** Another user's: nothing of it is reported. */
  clear(): void;
}

export function createShownTable(deps: {
  readonly tab: string;
  readonly signals: BrowserSignals;
  readonly timers: Timers;
  readonly random: () => number;
  readonly now: () => number;
  /** There is something to report. Whoever cannot send now leaves it to the next ping. */
  readonly onDue: () => void;
}): ShownTable {
  const { tab, signals, timers, now } = deps;
  /** Handled and not painted yet, in order. */
  let handled: Omit<Painted, 'paintedAt'>[] = [];
  let painted: Painted[] = [];
  let isAwaitingPaint = false;
  let due: unknown;

  function awaitPaint(): void {
    if (isAwaitingPaint || handled.length === 0) return;
    isAwaitingPaint = true;
    signals.nextPaint(() => {
      isAwaitingPaint = false;
      // Hidden again before it came to that: the next time that it is visible counts.
      if (!signals.isVisible) return awaitPaint();
      const paintedAt = now();
      painted = [...painted, ...handled.map((message) => ({ ...message, paintedAt }))].slice(-KEPT);
      handled = [];
      soon();
    });
  }

  function soon(): void {
    if (due !== undefined || painted.length === 0) return;
    due = timers.setTimeout(
      () => {
        due = undefined;
        deps.onDue();
      },
      SOON.FIRST + deps.random() * (SOON.LAST - SOON.FIRST),
    );
  }

  return {
    handled({ channel, offset }) {
      // The log is what operators read of others; nobody is waiting to hear that they have.
      if (channel === LOG_CHANNEL) return;
      handled = [...handled, { channel, offset, receivedAt: now() }].slice(-KEPT);
      awaitPaint();
    },
    take() {
      if (painted.length === 0) return undefined;
      const reports: ShownReport[] = [];
      let taken = 0;
      for (const { channel, offset, receivedAt, paintedAt } of painted) {
        const last = reports.at(-1);
        const agoMs = span(now() - paintedAt);
        const isNext = last?.channel === channel && offset === (last.to ?? last.from) + 1 && last.agoMs === agoMs;
        if (last && isNext && offset - last.from < SHOWN_LIMITS.MESSAGES) {
          reports[reports.length - 1] = { ...last, to: offset };
        } else {
          if (reports.length === SHOWN_LIMITS.REPORTS) break;
          reports.push({ channel, from: offset, agoMs, waitedMs: span(paintedAt - receivedAt), tab });
        }
        taken += 1;
      }
      painted = painted.slice(taken);
      soon();
      return reports;
    },
    clear() {
      handled = [];
      painted = [];
    },
  };
}

/** Milliseconds as a report has them, whatever the clock did. */
function span(ms: number): number {
  return Math.min(SHOWN_LIMITS.LONGEST_MS, Math.max(0, Math.round(ms)));
}
