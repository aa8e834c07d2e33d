import type { Database } from '@skelly/db';
import { createPulse } from '@skelly/events';

/** A process that does not say within so many milliseconds that it is ready is missed. */
export const LEASE_MS = 10_000;
/** Milliseconds between two beats: three may be lost. */
const BEAT_MS = 2_500;
/** Milliseconds that a process' end waits for its row to be deleted; what stays is deleted when it is old. */
const GOODBYE_MS = 1_000;

/** What kind of work a process does. */
export type ProcessKind = 'api' | 'gateway' | 'relay' | 'worker';

export interface HeartbeatDependencies {
  readonly db: Database['pool'];
  readonly kind: ProcessKind;
  /** Tells it from others of its kind, now and before: `host:pid`. */
  readonly instance: string;
  readonly readiness: { readonly waitingFor: readonly string[] };
}

export interface Heartbeat {
  /** The process ends in order. The last of its kind leaves its row behind, and is missed when its lease is over. */
  stop(): Promise<void>;
}

const BEAT = `
  insert into process_heartbeat as known (kind, instance, ready, waiting_for) values ($1, $2, $3, $4)
  on conflict (kind, instance) do update set ready = excluded.ready, waiting_for = excluded.waiting_for, at = now(),
    ready_at = case when excluded.ready then now() else known.ready_at end`;

/** One after the other: of two that leave at once each would take the other for the one that stays. */
const GOODBYE_TURN = `select pg_advisory_xact_lock(hashtextextended('heartbeat ' || $1, 0))`;

const GOODBYE = `
  delete from process_heartbeat where kind = $1 and instance = $2 and exists (
    select from process_heartbeat where kind = $1 and instance <> $2 and ready_at > now() - $3 * interval '1 ms')`;

/** Says every few seconds that this process lives, until it is stopped. A beat that Postgres does not take is left out. */
export function startHeartbeat({ db, kind, instance, readiness }: HeartbeatDependencies): Heartbeat {
  const pulse = createPulse({
    run: async () => {
      const { waitingFor } = readiness;
      await db.query(BEAT, [kind, instance, waitingFor.length === 0, waitingFor]).catch(() => undefined);
      return BEAT_MS;
    },
  });
  async function sayGoodbye(): Promise<void> {
    const client = await db.connect();
    try {
      await client.query('begin');
      await client.query(GOODBYE_TURN, [kind]);
      await client.query(GOODBYE, [kind, instance, LEASE_MS]);
      await client.query('commit');
      client.release();
    } catch (error) {
      client.release(error as Error);
    }
  }

  return {
    async stop() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, GOODBYE_MS);
      });
      const goodbye = pulse.stop().then(sayGoodbye);
      await Promise.race([late, goodbye.catch(() => undefined)]);
      clearTimeout(timer);
    },
  };
}
