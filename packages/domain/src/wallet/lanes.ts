import { AsyncResource } from 'node:async_hooks';

export interface LaneOptions {
  /** Groups that are under way at once; what has the same owner is always in the same lane. */
  readonly lanes: number;
  /** Items of one group at most. */
  readonly maxGroup: number;
}

/** What goes into lanes. */
export interface LaneItem {
  readonly owner: string;
  /** Two of the same name are never in one group. */
  readonly name: string | undefined;
}

/** Gathers what comes while a group is under way into the next one. */
export interface Lanes<Item> {
  /** Begins at once when its lane is idle. */
  add(item: Item): void;
  /** What waits for a group. */
  readonly waiting: number;
}

/** @param run takes a group to its end; never throws. */
export function createLanes<Item extends LaneItem>(
  { lanes, maxGroup }: LaneOptions,
  run: (group: readonly Item[]) => Promise<void>,
): Lanes<Item> {
  const queues: Item[][] = Array.from({ length: lanes }, () => []);
  const running = new Set<number>();
  let waiting = 0;

  function takeGroup(queue: Item[]): readonly Item[] {
    const names = new Set<string>();
    const group: Item[] = [];
    while (queue[0] && group.length < maxGroup) {
      const { name } = queue[0];
      if (name !== undefined && names.has(name)) break;
      if (name !== undefined) names.add(name);
      group.push(queue.shift() as Item);
    }
    return group;
  }

  // Apart from the context of whoever comes first: their unit of work and their trace are not those of the others.
  const proceed = AsyncResource.bind(async (lane: number): Promise<void> => {
    if (running.has(lane)) return;
    running.add(lane);
    const queue = queues[lane] as Item[];
    try {
      while (queue.length > 0) {
        const group = takeGroup(queue);
        waiting -= group.length;
        await run(group);
      }
    } finally {
      running.delete(lane);
    }
  });

  return {
    add(item) {
      const lane = laneOf(item.owner, lanes);
      waiting += 1;
      queues[lane]?.push(item);
      void proceed(lane);
    },
    get waiting() {
      return waiting;
    },
  };
}

/** FNV-1a, 32 bits: even over few lanes, and cheap. */
function laneOf(owner: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let nth = 0; nth < owner.length; nth += 1) hash = Math.imul(hash ^ owner.charCodeAt(nth), 0x01000193) >>> 0;
  return hash % lanes;
}
