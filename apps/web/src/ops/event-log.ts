import type { HandlerStatus, OpsEvent, OpsEventsResponse } from '@skelly/types/ops';

/** The part of the log that this page holds. */
export interface EventLog {
  /** Newest first, each once. */
  readonly rows: readonly OpsEvent[];
  /** Continues after the oldest row; null when that is the first event of all. */
  readonly nextBefore: number | null;
  /** While the reader is away from the top: the newest position that is shown. What came later waits to be asked for. */
  readonly heldAt: number | null;
  /** While held: more came than was read, so between this position and `heldAt` events are missing. They are read on the way down. */
  readonly gapAt: number | null;
}

/** Rows that stay without being asked for: below a reader at the top, or above one who reads further down. */
const KEPT = 500;

/** A log as first read, shown from the top. */
export function openLog(page: OpsEventsResponse): EventLog {
  return { rows: page.items, nextBefore: page.nextBefore, heldAt: null, gapAt: null };
}

/**
 * Takes in the newest page again: new rows come, known ones learn how far their handlers are. When the page does not
 * reach down to what is here, everything in between is unknown; a reader at the top gets the new page alone, one who
 * reads further down keeps the place, and gets the new page at the top.
 */
export function refreshLog(log: EventLog, page: OpsEventsResponse): EventLog {
  const known = new Set(log.rows.map((row) => row.position));
  const touches =
    page.nextBefore === null || log.rows.length === 0 || page.items.some((row) => known.has(row.position));
  const { heldAt } = log;
  if (!touches) {
    if (heldAt === null) return openLog(page);
    const held = log.rows.filter((row) => row.position <= heldAt);
    return { ...log, rows: byPosition([...page.items, ...held]), gapAt: page.items.at(-1)?.position ?? null };
  }
  const rows = byPosition([...log.rows, ...page.items]);
  const deeper = (rows.at(-1)?.position ?? 0) < (page.items.at(-1)?.position ?? 0);
  return bounded({ ...log, rows, nextBefore: deeper ? log.nextBefore : page.nextBefore });
}

/** Takes in the page that follows the oldest row. */
export function extendLog(log: EventLog, page: OpsEventsResponse): EventLog {
  return { ...log, rows: byPosition([...log.rows, ...page.items]), nextBefore: page.nextBefore };
}

/** Keeps the rows where they are while the reader is away from the top, or lets them flow again. */
export function holdLog(log: EventLog, held: boolean): EventLog {
  if (held === (log.heldAt !== null)) return log;
  if (held) return { ...log, heldAt: log.rows[0]?.position ?? 0 };
  const { gapAt } = log;
  const whole =
    gapAt === null ? log : { ...log, rows: log.rows.filter((row) => row.position >= gapAt), nextBefore: gapAt };
  return bounded({ ...whole, heldAt: null, gapAt: null });
}

/** What is on the screen, how many rows wait above it, and whether there are more than those. */
export function shownRows({ rows, heldAt, gapAt }: EventLog): {
  readonly rows: readonly OpsEvent[];
  readonly waiting: number;
  readonly isMore: boolean;
} {
  if (heldAt === null) return { rows, waiting: 0, isMore: false };
  const shown = rows.filter((row) => row.position <= heldAt);
  return { rows: shown, waiting: rows.length - shown.length, isMore: gapAt !== null };
}

/** Whether handlers of the newest rows are still on their way, so that another look is worth it. */
export function isMoving(log: EventLog): boolean {
  return log.rows.slice(0, 50).some((row) => row.handlers.some(({ status }) => UNDER_WAY.has(status)));
}

const UNDER_WAY: ReadonlySet<HandlerStatus> = new Set(['waiting', 'running', 'retrying']);

/** Lets go of what nobody asked for: the oldest rows below the top, or those next to the gap above a held place. */
function bounded(log: EventLog): EventLog {
  const { rows, heldAt } = log;
  if (heldAt === null) {
    const last = rows.length > KEPT ? rows[KEPT - 1] : undefined;
    return last ? { ...log, rows: rows.slice(0, KEPT), nextBefore: last.position } : log;
  }
  const above = rows.filter((row) => row.position > heldAt);
  const last = above.length > KEPT ? above[KEPT - 1] : undefined;
  if (!last) return log;
  return {
    ...log,
    rows: rows.filter((row) => row.position <= heldAt || row.position >= last.position),
    gapAt: last.position,
  };
}

function byPosition(rows: readonly OpsEvent[]): OpsEvent[] {
  return [...new Map(rows.map((row) => [row.position, row])).values()].sort((a, b) => b.position - a.position);
}
