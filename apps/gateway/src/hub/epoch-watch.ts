import type { Queryable } from '@skelly/events/follow';

export interface EpochWatch {
  /** Looks once, unless it is looking already. What fails is tried by the next call. */
  check(): Promise<void>;
}

/** Notices that the database was restored from a backup while the process ran: every position of before is worth nothing. */
export function createEpochWatch(deps: {
  readonly db: Queryable;
  readonly onEpoch: (epoch: string) => void;
}): EpochWatch {
  let isLooking = false;
  return {
    async check() {
      if (isLooking) return;
      isLooking = true;
      try {
        const { rows } = await deps.db.query<{ epoch: string }>('select epoch from push_epoch');
        if (rows[0]) deps.onEpoch(rows[0].epoch);
      } catch {
        // The followers say that Postgres is away.
      } finally {
        isLooking = false;
      }
    },
  };
}
