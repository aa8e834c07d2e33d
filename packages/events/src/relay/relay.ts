import type { Database } from '@skelly/db';
import type { EventContract } from '@skelly/types/event';
import { findContract } from '@skelly/types/events';
import { startDeadLetterImport } from '../dead-letters/import';
import { createListener } from '../hints/listener';
import { HINT_CHANNELS, type Notifier } from '../hints/notifier';
import type { Log } from '../log';
import type { RelayObserver, TraceSent } from '../observe';
import { createPulse } from '../pulse';
import { createReconciler } from '../reconcile/reconciler';
import { createReplaySettling } from '../replay/settle-replays';
import { startPromoter } from '../schedule/promoter';
import type { QueueTransport } from '../transport/transport';
import { startCarrier } from './carrier';
import { startLowWaterMarker } from './low-water/low-water-marker';

/** Polling interval and depth are read whenever they count, so they may be getters; `wake` lets a shorter interval begin at once. */
export interface RelayOptions {
  /** Milliseconds between looks at the outbox when no hint comes. @defaultValue 5000, EVENT_OUTBOX_POLLING_INTERVAL */
  readonly pollingIntervalMs: number;
  /** Milliseconds between looks at the schedule at most; what is due sooner is waited for. @defaultValue 100 */
  readonly scheduleIntervalMs?: number;
  /** Seconds for which a queue must have been empty, or have delivered only later events, before what is unfinished counts as lost. @defaultValue 15, EVENT_RECONCILE_GRACE */
  readonly reconcileGraceSeconds?: number;
  /** Seconds for which queues hide what a worker holds. @defaultValue 30, SQS_VISIBILITY_TIMEOUT */
  readonly visibilityTimeout?: number;
  /** Messages that a queue may hold; the outbox keeps the rest. @defaultValue 50000, EVENT_QUEUE_MAX_DEPTH */
  readonly maxQueueDepth?: number;
}

export interface Relay {
  /** Since the start: messages that queues took, and deliveries that were found lost and sent again. */
  readonly counts: { readonly sent: number; readonly lost: number };
  /** Looks at the outbox now. */
  wake(): void;
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
  /** Told of what the relay does. @defaultValue nobody */
  readonly observe?: RelayObserver | undefined;
  /** Told of messages whose trace is recorded. @defaultValue nobody */
  readonly traceSent?: TraceSent | undefined;
}

/**
 * Carries committed events to their queues until it is stopped: woken by hints, by its polling interval otherwise.
 * Any number may run. Without Postgres or SQS it tries again, ever more slowly, and nothing is lost meanwhile.
 */
export function startRelay(deps: RelayDependencies, options: RelayOptions): Relay {
  const { database, transport, log } = deps;
  const { scheduleIntervalMs = 100, reconcileGraceSeconds: graceSeconds = 15, visibilityTimeout = 30 } = options;
  const reconciler = createReconciler(deps, { graceSeconds, visibilityTimeout });
  const settleReplays = createReplaySettling(database);
  const marker = startLowWaterMarker(deps);
  const carrier = startCarrier({ ...deps, marker }, options);

  const promoter = startPromoter(
    {
      database,
      notifier: deps.notifier,
      log,
      findContract: deps.findContract ?? findContract,
      observe: deps.observe,
      onPromoted: () => carrier.wake(),
    },
    { intervalMs: scheduleIntervalMs },
  );

  async function reconcile(): Promise<void> {
    for (const [queue, lost] of await reconciler.scan()) {
      log.warn({ queue, lost }, 'deliveries were lost and are sent again');
      deps.observe?.lost(queue, lost);
      carrier.wake();
    }
  }

  const reconciling = createPulse({
    run: async () => {
      const warn = (what: string) => (error: unknown) => log.warn({ err: error }, `${what}; trying again`);
      await reconcile().catch(warn('the queues could not be reconciled'));
      await settleReplays().catch(warn('the sums of replays could not be brought up to date'));
      return (graceSeconds * 1_000) / 3;
    },
  });

  const importing = startDeadLetterImport(deps);

  const listener = createListener({
    url: deps.directUrl,
    applicationName: 'skelly-relay-listen',
    channels: [HINT_CHANNELS.outbox, HINT_CHANNELS.schedule],
    onHint: (channel) => (channel === HINT_CHANNELS.schedule ? promoter : carrier).wake(),
    onConnect: () => carrier.wake(),
    onError: (error) => log.warn({ err: error }, 'hints are not heard; polling goes on'),
  });

  return {
    get counts() {
      return { sent: carrier.sent, lost: reconciler.lost };
    },
    wake: () => carrier.wake(),
    async stop() {
      await listener.close();
      await Promise.all([reconciling.stop(), promoter.stop(), marker.stop(), importing.stop()]);
      await carrier.stop();
      transport.close();
    },
  };
}
