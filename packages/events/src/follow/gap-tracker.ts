/**
 * The decisions of a reader that follows positions which are drawn from one sequence (CACHE 1) by the statement that
 * inserts the row. Rows become visible in the order of commits, not of positions, so a reader that has seen position 9
 * may still be owed 7: its writer is about to commit, or has rolled back and 7 stays void for ever.
 *
 * Every writer holds RowExclusiveLock on the table from before it draws its positions until it has ended. So: ask for the
 * holders after a gap was first seen; once all of those have ended, read again; what is still missing then is void.
 */

/** Positions `from` to `to`, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

interface Gap extends Range {
  /** Transactions that may still fill it; undefined until the holders were asked for since it was first seen. */
  readonly writers: ReadonlySet<string> | undefined;
}

export interface GapTracker {
  /** The highest position seen. */
  readonly ceiling: number;
  /** Everything up to here is decided: seen, or void. */
  readonly settled: number;
  /** Positions below the ceiling that were not seen yet, ascending. */
  readonly gaps: readonly Range[];
  /** Takes the transactions that hold the lock now. Call it before each read while there are gaps. */
  observeWriters(writers: ReadonlySet<string>): void;
  /**
   * Takes what a read returned that asked for the gaps and for everything above the ceiling.
   *
   * @param positions - ascending
   * @param readTo - the highest position that the read could have returned: its last row's when it was cut by a limit,
   * otherwise leave it out
   */
  observeRead(positions: readonly number[], readTo?: number): void;
}

/** Begins at a position, owed the given gaps below it. */
export function createGapTracker(start: { ceiling: number; gaps?: readonly Range[] }): GapTracker {
  let ceiling = start.ceiling;
  let gaps: Gap[] = (start.gaps ?? []).map((gap) => ({ ...gap, writers: undefined }));

  return {
    get ceiling() {
      return ceiling;
    },
    get settled() {
      const first = gaps[0];
      return first ? first.from - 1 : ceiling;
    },
    get gaps() {
      return gaps;
    },
    observeWriters(writers) {
      gaps = gaps.map((gap) => ({ ...gap, writers: gap.writers ? intersect(gap.writers, writers) : writers }));
    },
    observeRead(positions, readTo = Number.POSITIVE_INFINITY) {
      const fresh: Gap[] = [];
      const old: Gap[] = [];
      for (const gap of gaps) {
        for (const part of without(gap, positions)) {
          const isVoid = part.writers?.size === 0 && part.to <= readTo;
          if (!isVoid) old.push(part);
        }
      }
      for (const position of positions) {
        if (position <= ceiling) continue;
        if (position > ceiling + 1) fresh.push({ from: ceiling + 1, to: position - 1, writers: undefined });
        ceiling = position;
      }
      gaps = [...old, ...fresh];
    },
  };
}

function intersect(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...left].filter((item) => right.has(item)));
}

/** The parts of a gap that the positions (ascending) do not fill. */
function without(gap: Gap, positions: readonly number[]): Gap[] {
  const parts: Gap[] = [];
  let from = gap.from;
  for (const position of positions) {
    if (position < from) continue;
    if (position > gap.to) break;
    if (position > from) parts.push({ from, to: position - 1, writers: gap.writers });
    from = position + 1;
  }
  if (from <= gap.to) parts.push({ from, to: gap.to, writers: gap.writers });
  return parts;
}
