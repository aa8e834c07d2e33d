import type { Refusal } from './refusal';

/** Refusals of one member that are kept as they are in a minute; those beyond are counted. */
export const MOST_A_MINUTE = 60;

/** Members, and kinds of refusals beyond, that are told apart in a minute; what is beyond these too is counted as nobody's. */
const MOST_TOLD_APART = 10_000;

const MINUTE_MS = 60_000;

/** A line of refusals: one as it was, or how many of a kind there were. */
export interface RefusalLine extends Refusal {
  readonly count: number;
}

/** Bounds what one member can have kept, however often they are refused. */
export interface RefusalBound {
  /** @returns whether the refusal is kept as it is; otherwise it is counted. */
  keeps(refusal: Refusal, now: Date): boolean;
  /** What was counted and not yet taken: a line for each member, operation and code, without the amounts. */
  take(): readonly RefusalLine[];
}

export function createRefusalBound(): RefusalBound {
  let minute = 0;
  let kept = new Map<string | null, number>();
  let beyond = new Map<string, RefusalLine>();

  function count({ operation, code, ...refusal }: Refusal): void {
    const exact = JSON.stringify([refusal.userId, operation, code]);
    const isKnown = beyond.has(exact) || beyond.size < MOST_TOLD_APART;
    const userId = isKnown ? refusal.userId : null;
    const key = isKnown ? exact : JSON.stringify([null, operation, code]);
    const before = beyond.get(key)?.count ?? 0;
    beyond.set(key, { ...refusal, userId, operation, code, amount: null, count: before + 1 });
  }

  return {
    keeps(refusal, now) {
      const current = Math.floor(now.getTime() / MINUTE_MS);
      if (current !== minute) {
        minute = current;
        kept = new Map();
      }
      const { userId } = refusal;
      const known = kept.get(userId) ?? 0;
      const isKept = known < MOST_A_MINUTE && (known > 0 || kept.size < MOST_TOLD_APART);
      if (isKept) kept.set(userId, known + 1);
      else count(refusal);
      return isKept;
    },
    take() {
      const lines = [...beyond.values()];
      beyond = new Map();
      return lines;
    },
  };
}
