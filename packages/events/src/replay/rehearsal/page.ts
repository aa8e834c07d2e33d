import { fnv1a } from '../../fnv';
import type { Delivery } from '../../worker/run/delivery';
import type { RunDependencies } from '../../worker/run/run-dependencies';
import { GROUP, rehearseGroup } from './group';
import type { Tally } from './tally';

/** Runs what a page has to run, and adds up what comes of it. @throws what {@link rehearseGroup} throws, when nothing of it runs any more */
export type RehearsePage = (deliveries: readonly Delivery[]) => Promise<void>;

/**
 * Spreads a page over lanes, as a worker does. Lanes that wait for each other's locks are told from everybody else's by ending them: from then
 * on one transaction runs at a time, and what still has to wait waits for others.
 *
 * @param options.lanes transactions at once.
 */
export function createPageRunner(
  deps: RunDependencies,
  { tally, lanes, isOver }: { readonly tally: Tally; readonly lanes: number; readonly isOver: () => boolean },
): RehearsePage {
  let width = lanes;

  /** @returns what is left of the lane when the lanes had to end. */
  async function runLane(lane: readonly Delivery[], together: boolean): Promise<readonly Delivery[]> {
    let rest = lane;
    let careful = false;
    while (rest.length > 0 && !isOver() && !(together && width === 1)) {
      const most = mostOf(rest[0] as Delivery);
      const result = await rehearseGroup(deps, rest.slice(0, most), { careful });
      const mayBeOurs = together ? result.locked : [];
      if (mayBeOurs.length > 0) width = 1;
      tally.add({ ...result, locked: together ? [] : result.locked });
      // A group of failures is mostly followed by another: then the quick try is for nothing.
      careful = result.careful && result.failures.length > 0;
      rest = [...mayBeOurs, ...result.left, ...rest.slice(most)];
    }
    return rest;
  }

  return async (deliveries) => {
    const waiting = lanesOf(deliveries, lanes);
    const left: (readonly Delivery[])[] = [];
    if (width > 1) {
      const ends = await Promise.allSettled(
        Array.from({ length: width }, async () => {
          for (let lane = waiting.shift(); lane; lane = waiting.shift()) left.push(await runLane(lane, true));
        }),
      );
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
    for (const lane of [...left, ...waiting]) await runLane(lane, false);
  };
}

/** Those that run one after the other: plain handlers by the hash of their subject, and each batch handler by itself. */
function lanesOf(deliveries: readonly Delivery[], lanes: number): (readonly Delivery[])[] {
  const byLane = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    const { handler, event } = delivery;
    const key = handler.kind === 'batch' ? `batch ${handler.id}` : String(fnv1a(event.subject) % lanes);
    const lane = byLane.get(key);
    if (lane) lane.push(delivery);
    else byLane.set(key, [delivery]);
  }
  return [...byLane.values()];
}

function mostOf({ handler }: Delivery): number {
  return handler.kind === 'batch' ? Math.min(handler.batchSize, GROUP.events) : GROUP.events;
}
