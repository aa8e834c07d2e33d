import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@skelly/db';
import type { Log } from '../../log';
import { buryDelivery, park } from '../record/failures';
import { passOver } from '../record/progress';
import { type Delivery, type DeliveryOutcome, keyOf } from '../run/delivery';
import type { Lanes } from '../run/lanes';
import { decideNext, isGuilty, mustStepAside } from './isolation-rule';
import { noteEnd, noteStart, readStarts } from './suspects';

/** Runs messages alone that may have ended the workers which held them before. One a process. */
export interface Isolation {
  /** Resolves while messages may be taken: not while one runs alone. */
  opened(): Promise<void>;
  /**
   * Runs a message's deliveries when nothing else runs in this process.
   *
   * @throws DeliveryInterrupted or the database's error: then it must run again.
   */
  run(deliveries: readonly Delivery[], receiveCount: number): Promise<void>;
}

interface Suspect {
  readonly deliveries: readonly { readonly delivery: Delivery; readonly starts: number }[];
  readonly receiveCount: number;
  /** Of the delivery that has begun most often. */
  readonly starts: number;
  readonly end: (error?: unknown) => void;
}

/** How long other work is waited for, in milliseconds. What runs longer is at risk of one repetition, not of its last receive. */
const QUIET_MS = 10_000;
/** When a suspect that stepped aside comes back, in milliseconds. */
const ASIDE_MS = 1_000;

/**
 * A message that ends its worker charges a receive to everything that the worker had in hand. So from the third receive on
 * it runs while nothing else does: nothing new is taken or started, what runs may end, and of several suspects those go first
 * that have never been begun alone. A start is written before, and removed after; what has begun three times and never ended is a dead
 * letter. One on its last receive waits in Postgres meanwhile, and comes back as a new message.
 */
export function createIsolation(deps: {
  database: Database;
  lanes: Lanes;
  log: Log;
  worker: string;
  /** Runs a delivery at once, whatever the lanes do. */
  run: (delivery: Delivery) => Promise<DeliveryOutcome>;
}): Isolation {
  const { database, lanes, log, worker } = deps;
  const suspects = new Set<Suspect>();
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    const resume = lanes.pause();
    const quiet = new AbortController();
    await Promise.race([
      lanes.idle(),
      delay(QUIET_MS, undefined, { signal: quiet.signal, ref: false }).catch(() => undefined),
    ]);
    quiet.abort();
    try {
      for (let next = decideNext([...suspects]); next; next = decideNext([...suspects])) {
        suspects.delete(next);
        await runOne(next).then(() => next.end(), next.end);
      }
    } finally {
      working = undefined;
      resume();
    }
  }

  async function runOne({ deliveries }: Suspect): Promise<void> {
    await stepAside();
    for (const { delivery, starts } of deliveries) await runAlone(delivery, starts);
  }

  /** Sends those round through Postgres that a crash would cost their last receive. */
  async function stepAside(): Promise<void> {
    for (const suspect of [...suspects].filter(mustStepAside)) {
      const keys = suspect.deliveries.map(({ delivery }) => keyOf(delivery));
      await park(database, keys, { delayMs: ASIDE_MS, reason: 'another message runs alone' });
      suspects.delete(suspect);
      suspect.end();
    }
  }

  async function runAlone(delivery: Delivery, starts: number): Promise<void> {
    const key = keyOf(delivery);
    if (isGuilty(starts)) {
      const error = `Its worker has died ${starts} times while it ran alone.`;
      log.error({ ...key }, 'a delivery that ends its workers is a dead letter');
      await buryDelivery(database, delivery, { reason: 'worker_died', error });
      await passOver(database, delivery);
    } else {
      await noteStart(database, key, worker);
      await deps.run(delivery).catch(async (interrupted) => {
        // This worker lives: nothing speaks against the delivery.
        await noteEnd(database, key).catch(() => undefined);
        throw interrupted;
      });
    }
    await noteEnd(database, key);
  }

  return {
    opened: () => working ?? Promise.resolve(),
    async run(deliveries, receiveCount) {
      const known = await readStarts(database, deliveries.map(keyOf));
      const starts = Math.max(...known);
      log.warn(
        { receiveCount, starts, deliveries: deliveries.map(keyOf) },
        'a message was received often and never finished; it runs alone',
      );
      await new Promise<void>((resolve, reject) => {
        suspects.add({
          deliveries: deliveries.map((delivery, index) => ({ delivery, starts: known[index] ?? 0 })),
          receiveCount,
          starts,
          end: (error) => (error === undefined ? resolve() : reject(error)),
        });
        working ??= work();
      });
    },
  };
}
