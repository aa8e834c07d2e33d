import type { Database } from '@skelly/db';
import type { EventContract } from '@skelly/types/event';
import { findContract } from '@skelly/types/events';
import { createListener } from '../hints/listener';
import { HINT_CHANNELS, type Notifier } from '../hints/notifier';
import type { Log } from '../log';
import { createPulse } from '../pulse';
import { startPromoter } from '../schedule/promoter';
import type { QueueTransport } from '../transport/transport';
import { createCooldown } from './cooldown';
import { relayPass } from './pass';
import { createReconciler } from './reconcile';

export interface RelayOptions {
  /** Milliseconds between looks at the outbox when no hint comes. @defaultValue 5000, EVENT_OUTBOX_POLLING_INTERVAL */
  readonly pollingIntervalMs: number;
  /** Milliseconds between looks at the schedule at most; what is due sooner is waited for. @defaultValue 100 */
  readonly scheduleIntervalMs?: number;
  /** Seconds for which a queue must have been empty before what is unfinished counts as lost. @defaultValue 15 */
  readonly reconcileGraceSeconds?: number;
}

export interface Relay {
  /** Resolves when the pass in hand has committed. */
  stop(): Promise<void>;
}

export interface RelayDependencies {
  readonly database: Database;
  /** For LISTEN. */
  readonly directUrl: string;
  readonly transport: QueueTransport;
  /** For what timers make known. */
  readonly notifier: Notifier;
  /** Finds the contract of a timer that is due. @defaultValue the catalog's */
  readonly findContract?: (type: string) => EventContract | undefined;
  readonly log: Log;
  readonly now: () => Date;
}

/** Pointers claimed in one pass: ten full batches. */
const CLAIM_LIMIT = 100;
/** Ids commit out of order; those this far behind the highest are still looked for at every pass. */
const LATE_COMMIT_SLACK = 10_000;
/** Pauses after a failed pass, in milliseconds. */
const BACKOFF_MS = { first: 100, longest: 5_000 };

/**
 * Carries committed events to their queues until it is stopped: woken by hints, by its polling interval otherwise.
 * Any number may run. Without Postgres or SQS it tries again, ever more slowly, and nothing is lost meanwhile.
 */
export function startRelay(deps: RelayDependencies, options: RelayOptions): Relay {
  const { database, transport, log } = deps;
  const { pollingIntervalMs, scheduleIntervalMs = 100, reconcileGraceSeconds = 15 } = options;
  const reconciler = createReconciler({ ...deps, graceSeconds: reconcileGraceSeconds });
  const cooldown = createCooldown(deps.now);
  let highestId = 0;
  let failures = 0;

  /** @returns milliseconds until the next pass; 0 when more may be waiting. */
  async function pass(nearTop: boolean): Promise<number> {
    const above = nearTop ? Math.max(0, highestId - LATE_COMMIT_SLACK) : 0;
    const result = await relayPass({ database, transport, cooldown, now: deps.now }, { above, limit: CLAIM_LIMIT });
    failures = 0;
    highestId = Math.max(highestId, result.highestId);
    for (const eventId of result.gone) log.error({ eventId }, 'an event was due, but history no longer has it');
    if (result.sent > 0) log.debug({ sent: result.sent }, 'relayed');
    if (result.refused.length > 0) {
      log.warn(
        { refused: result.refused.length, first: result.refused[0] },
        'queues did not take messages; they wait in Postgres',
      );
    }
    if (result.stalledMs > 0) return result.stalledMs;
    return result.claimed === CLAIM_LIMIT ? 0 : pollingIntervalMs;
  }

  function backoff(): number {
    failures += 1;
    return Math.min(BACKOFF_MS.first * 2 ** (failures - 1), BACKOFF_MS.longest);
  }

  // What a hint tells of, or follows a full pass, is near the top. A pause that ran out looks from the bottom, for what
  // committed very late.
  let draining = false;
  const relaying = createPulse({
    run: async (woken) => {
      const pauseMs = await pass(woken || draining).catch((error) => {
        log.warn({ err: error }, 'the relay could not work; trying again');
        return backoff();
      });
      draining = pauseMs === 0;
      return pauseMs;
    },
    // While failing, hints do not shorten the pause.
    wakeable: () => failures === 0,
  });

  const promoter = startPromoter(
    {
      database,
      notifier: deps.notifier,
      log,
      findContract: deps.findContract ?? findContract,
      onPromoted: () => relaying.wake(),
    },
    { intervalMs: scheduleIntervalMs },
  );

  const reconciling = createPulse({
    run: async () => {
      try {
        for (const [queue, lost] of await reconciler.scan()) {
          log.warn({ queue, lost }, 'deliveries were lost and are sent again');
          relaying.wake();
        }
      } catch (error) {
        log.warn({ err: error }, 'the queues could not be reconciled; trying again');
      }
      return (reconcileGraceSeconds * 1_000) / 3;
    },
  });

  const listener = createListener({
    url: deps.directUrl,
    applicationName: 'skelly-relay-listen',
    channels: [HINT_CHANNELS.outbox, HINT_CHANNELS.schedule],
    onHint: (channel) => (channel === HINT_CHANNELS.schedule ? promoter : relaying).wake(),
    onConnect: () => relaying.wake(),
    onError: (error) => log.warn({ err: error }, 'hints are not heard; polling goes on'),
  });

  return {
    async stop() {
      await listener.close();
      await Promise.all([reconciling.stop(), promoter.stop()]);
      await relaying.stop();
      transport.close();
    },
  };
}
