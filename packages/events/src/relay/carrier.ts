import type { Database } from '@skelly/db';
import type { Log } from '../log';
import type { QueueTransport } from '../transport/transport';
import { createClaimWindow } from './claim-window';
import { createCooldown } from './cooldown';
import { ASK_EVERY_MS, createDepthGauge } from './depth';
import { createLanes } from './lanes';
import type { LowWaterMarker } from './low-water/low-water-marker';
import { type RelayPass, relayPass } from './pass';
import { createRouteCache } from './route-table';
import type { SendDependencies } from './send';

/** Carries pointers from the outbox to the queues, whenever there are any. */
export interface Carrier {
  /** There may be something to carry. */
  wake(): void;
  /** Messages that queues took since the start. */
  readonly sent: number;
  /** Resolves when what is under way has committed. */
  stop(): Promise<void>;
}

export interface CarrierDependencies {
  readonly database: Database;
  readonly transport: QueueTransport;
  readonly marker: Pick<LowWaterMarker, 'lowWater' | 'floor' | 'wake'>;
  readonly log: Log;
  readonly now: () => Date;
  readonly observe?: SendDependencies['observe'];
  readonly traceSent?: SendDependencies['traceSent'];
}

/** While one lane waits for the queues, the other claims. */
const LANES = 2;
/** Pointers claimed in one pass: a hundred full batches. */
const CLAIM_LIMIT = 1_000;
/** Pauses after a failed pass, in milliseconds. */
const BACKOFF_MS = { first: 100, longest: 5_000 };

/** @param options read whenever they count: milliseconds until the next look when nobody wakes it, and messages that a queue may hold (50,000). */
export function startCarrier(
  deps: CarrierDependencies,
  options: { readonly pollingIntervalMs: number; readonly maxQueueDepth?: number },
): Carrier {
  const { log } = deps;
  const now = () => deps.now().getTime();
  const window = createClaimWindow();
  const routes = createRouteCache();
  const cooldown = createCooldown(deps.now);
  const depths = createDepthGauge({ ...deps, onRoom: () => resume() }, options);
  const passDeps = { ...deps, routes, cooldown, depths };
  let restUntil = 0;
  let failures = 0;
  let sent = 0;

  /** Milliseconds for which nothing is to be sent to a queue. */
  function closedFor(queue: string): number {
    return Math.max(cooldown.remaining(queue), depths.isFull(queue) ? ASK_EVERY_MS : 0);
  }

  function allClosed(queues: readonly string[]): boolean {
    return queues.length > 0 && queues.every((queue) => closedFor(queue) > 0);
  }

  /** @returns milliseconds until the next pass; 0 when more may be waiting. */
  async function carry(sweep: boolean): Promise<number> {
    // A deploy may have given handlers another queue, while nobody empties the old one any more.
    if (allClosed(routes.latest.queues)) await routes.refresh(deps.database.pool);
    const { queues } = routes.latest;
    const pauses = queues.map(closedFor);
    if (allClosed(queues)) return rest(Math.min(...pauses));
    const closed = queues.filter((_, index) => (pauses[index] as number) > 0);
    const { floor, lowWater } = deps.marker;
    const range = window.next({ now: now(), floor, closed, sweep });
    const pass = await relayPass(passDeps, { ...range, limit: CLAIM_LIMIT, lowWater });
    failures = 0;
    sent += pass.sent;
    report(pass);
    if (pass.claimed > 0) deps.marker.wake();
    if (pass.givenUp) {
      window.givenUp();
      return 1;
    }
    window.claimed(range, pass);
    // What was passed by is looked at again when its queue may be open.
    return pass.more ? 0 : Math.min(options.pollingIntervalMs, ...pauses.filter((ms) => ms > 0));
  }

  function rest(ms: number): number {
    restUntil = now() + ms;
    return ms;
  }

  function report({ gone, sent: taken, refused }: RelayPass): void {
    for (const eventId of gone) log.error({ eventId }, 'an event was due, but history no longer has it');
    if (taken > 0) log.debug({ sent: taken }, 'relayed');
    if (refused.length > 0)
      log.warn({ refused: refused.length, first: refused[0] }, 'queues did not take messages; they wait in Postgres');
  }

  const lanes = createLanes({
    count: LANES,
    run: (reason) =>
      carry(reason === 'pause over').catch((error) => {
        log.warn({ err: error }, 'the relay could not work; trying again');
        window.givenUp();
        failures += 1;
        return rest(Math.min(BACKOFF_MS.first * 2 ** (failures - 1), BACKOFF_MS.longest));
      }),
    // While it fails, or no queue takes anything, hints do not shorten the pause.
    wakeable: () => now() >= restUntil,
  });

  function resume(): void {
    restUntil = 0;
    lanes.wake();
  }

  return {
    wake: () => lanes.wake(),
    get sent() {
      return sent;
    },
    stop: () => lanes.stop(),
  };
}
