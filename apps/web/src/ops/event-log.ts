import type { OpsEvent, OpsEventsResponse } from '@skelly/types/ops';

/** The part of the log that this page holds. */
export interface EventLog {
  /** Newest first, each once. */
  readonly rows: readonly OpsEvent[];
  /** Continues after the oldest row; null when that is the first event of all. */
  readonly nextBefore: number | null;
  /** While the reader is away from the top: the newest position that is shown. What came later waits to be asked for. */
  readonly heldAt: number | null;
}

/** A log as first read, shown from the top. */
export function openLog(page: OpsEventsResponse): EventLog {
  return { rows: page.items, nextBefore: page.nextBefore, heldAt: null };
}

/**
 * Takes in the newest page again: new rows come, known ones learn how far their handlers are. When the page does not
 * reach down to what is here, everything in between is unknown; a reader at the top gets the new page alone, one who
 * reads further down keeps the place and gets it on the way up.
 */
export function refreshLog(log: EventLog, page: OpsEventsResponse): EventLog {
  const known = new Set(log.rows.map((row) => row.position));
  const touches =
    page.nextBefore === null || log.rows.length === 0 || page.items.some((row) => known.has(row.position));
  if (!touches && log.heldAt === null) return openLog(page);
  const rows = byPosition([...log.rows, ...page.items]);
  const deeper = (rows.at(-1)?.position ?? 0) < (page.items.at(-1)?.position ?? 0);
  return { rows, nextBefore: deeper ? log.nextBefore : page.nextBefore, heldAt: log.heldAt };
}

/** Takes in the page that follows the oldest row. */
export function extendLog(log: EventLog, page: OpsEventsResponse): EventLog {
  return { ...log, rows: byPosition([...log.rows, ...page.items]), nextBefore: page.nextBefore };
}

/** Keeps the rows where they are while the reader is away from the top, or lets them flow again. */
export function holdLog(log: EventLog, held: boolean): EventLog {
  if (held === (log.heldAt !== null)) return log;
  return { ...log, heldAt: held ? (log.rows[0]?.position ?? 0) : null };
}

/** What is on the screen, and how many rows wait above it. */
export function shownRows({ rows, heldAt }: EventLog): {
  readonly rows: readonly OpsEvent[];
  readonly waiting: number;
} {
  if (heldAt === null) return { rows, waiting: 0 };
  const shown = rows.filter((row) => row.position <= heldAt);
  return { rows: shown, waiting: rows.length - shown.length };
}

/** Whether handlers of the newest rows are still on their way, so that another look is worth it. */
export function isMoving(log: EventLog): boolean {
  return log.rows
    .slice(0, 50)
    .some((row) => row.handlers.some(({ status }) => status === 'waiting' || status === 'running'));
}

function byPosition(rows: readonly OpsEvent[]): OpsEvent[] {
  return [...new Map(rows.map((row) => [row.position, row])).values()].sort((a, b) => b.position - a.position);
}
