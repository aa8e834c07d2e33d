/** Where in the outbox the next claim looks. */
export interface ClaimRange {
  /** Only ids above it. */
  readonly above: number;
  /** Queues that take nothing now: pointers that only they wait for stay where they are. Empty: everything is claimed. */
  readonly closed: readonly string[];
}

/**
 * Decides where claims look, so that they do not walk over the dead rows of what was sent before. Pointers are claimed in
 * the order of their ids but become visible in the order of commits, so a claim near the top may miss one; sweeps from the
 * bottom find it. Nothing but memory.
 */
export interface ClaimWindow {
  /**
   * @param seen.now milliseconds.
   * @param seen.floor pointers with ids up to this one have all been sent, as the low-water marker found.
   * @param seen.closed queues that take nothing now.
   * @param seen.sweep whether to look from the bottom in any case.
   */
  next(seen: { now: number; floor: number; closed: readonly string[]; sweep: boolean }): ClaimRange;
  /** A claim came back: the highest id that it looked at, and whether there may be more. */
  claimed(range: ClaimRange, result: { highestId: number; more: boolean }): void;
  /** What was claimed has come back: look from the bottom. */
  givenUp(): void;
}

/** Ids this far below the highest are looked at by every claim that does not follow a full one. */
const SLACK = 2_000;
/** The same while some queue is closed, when each costs a look at its event. */
const CLOSED_SLACK = 500;
/** Milliseconds between sweeps from the floor while claims are made. */
const SWEEP_MS = 1_000;
/** Milliseconds between sweeps from zero, and between walks past what closed queues wait for. */
const FULL_SWEEP_MS = 60_000;

export function createClaimWindow(): ClaimWindow {
  let highest = 0;
  let draining = false;
  let sweepAt = 0;
  let fullSweepAt = 0;
  // How far everything was looked through for other queues than `lookedFor`.
  let looked = 0;
  let lookedFor: readonly string[] = [];
  let lookAgainAt = 0;

  function bottom(now: number, floor: number): number {
    sweepAt = now + SWEEP_MS;
    if (now < fullSweepAt) return floor;
    fullSweepAt = now + FULL_SWEEP_MS;
    return 0;
  }

  function pastClosed(now: number, floor: number, closed: readonly string[]): number {
    const stillSkipped = lookedFor.every((queue) => closed.includes(queue));
    if (!stillSkipped || now >= lookAgainAt) {
      looked = 0;
      lookAgainAt = now + FULL_SWEEP_MS;
    }
    lookedFor = closed;
    return Math.max(floor, draining ? looked : looked - CLOSED_SLACK);
  }

  return {
    next({ now, floor, closed, sweep }) {
      if (closed.length > 0) return { above: pastClosed(now, floor, closed), closed };
      if (sweep || now >= sweepAt) return { above: bottom(now, floor), closed };
      return { above: Math.max(floor, draining ? highest : highest - SLACK), closed };
    },
    claimed({ closed }, { highestId, more }) {
      if (closed.length > 0) looked = Math.max(looked, highestId);
      else highest = Math.max(highest, highestId);
      draining = more;
    },
    givenUp() {
      highest = 0;
      looked = 0;
      draining = false;
    },
  };
}
