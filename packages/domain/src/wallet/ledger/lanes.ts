import { AsyncResource } from 'node:async_hooks';
import { fnv1a } from '@skelly/events';

export interface LaneOptions {
  /** Lanes, and groups that are under way at once. */
  readonly lanes: number;
  /** Items of one group at most. */
  readonly maxGroup: number;
}

/** What goes into lanes. */
export interface LaneItem {
  /** What has the same owner is in the same lane. */
  readonly owner: string;
  /** Two of the same name are never under way together. */
  readonly name: string | undefined;
}

/** Where a group is run. */
export interface LaneTurn {
  readonly lane: number;
  /** Whether a group of the lane that came before has not ended. */
  readonly behind: boolean;
}

/** Gathers what comes while groups are under way into the next ones. */
export interface Lanes<Item> {
  add(item: Item): void;
  /** What waits for a group. */
  readonly waiting: number;
}

interface Lane<Item> {
  readonly queue: Item[];
  /** Names of the items that are under way. */
  readonly names: Set<string>;
  /** Items that are under way, with and without a name. */
  underWay: number;
}

/** What a lane is not divided below: a small group costs almost what a large one does. */
const FEWEST_SHARED = 8;

/**
 * Each lane has one group under way, as those of different lanes are not in each other's way. While there is nothing to do in others, a
 * lane has several, and what it holds is divided among them: with one hot owner the next group is prepared while one is written.
 *
 * @param run takes a group to its end; never throws. Those of one lane are begun in the order in which they came.
 */
export function createLanes<Item extends LaneItem>(
  { lanes: count, maxGroup }: LaneOptions,
  run: (group: readonly Item[], turn: LaneTurn) => Promise<void>,
): Lanes<Item> {
  const lanes: Lane<Item>[] = Array.from({ length: count }, () => ({ queue: [], names: new Set(), underWay: 0 }));
  let groups = 0;
  let waiting = 0;
  let isScheduled = false;

  /** The fullest lane that may begin a group: one that has none under way, or else one that can be helped. */
  function next(): Lane<Item> | undefined {
    const ready = lanes.filter(
      ({ queue: [first], names }) => first && !(first.name !== undefined && names.has(first.name)),
    );
    const idle = ready.filter(({ underWay }) => underWay === 0);
    const helped = ready.filter(({ queue }) => queue.length >= FEWEST_SHARED);
    return (idle.length > 0 ? idle : helped).toSorted((a, b) => b.queue.length - a.queue.length)[0];
  }

  function takeGroup(lane: Lane<Item>): Item[] {
    const { queue, names, underWay } = lane;
    const busyOthers = lanes.filter((other) => other !== lane && (other.underWay > 0 || other.queue.length > 0));
    const share = Math.ceil((queue.length + underWay) / Math.max(1, count - busyOthers.length));
    const most = Math.min(maxGroup, Math.max(share, FEWEST_SHARED));
    const group: Item[] = [];
    for (const item of queue) {
      const { name } = item;
      if (group.length === most || (name !== undefined && names.has(name))) break;
      if (name !== undefined) names.add(name);
      group.push(item);
    }
    queue.splice(0, group.length);
    return group;
  }

  // When all that is ready has been heard: what comes together is one group. Apart from the context of whoever comes first: their unit
  // of work and their trace are not those of the others.
  const proceed = AsyncResource.bind((): void => {
    isScheduled = false;
    while (groups < count) {
      const lane = next();
      if (!lane) return;
      const group = takeGroup(lane);
      waiting -= group.length;
      void runGroup(lane, group);
    }
  });

  async function runGroup(lane: Lane<Item>, group: readonly Item[]): Promise<void> {
    const turn = { lane: lanes.indexOf(lane), behind: lane.underWay > 0 };
    groups += 1;
    lane.underWay += group.length;
    try {
      await run(group, turn);
    } finally {
      groups -= 1;
      lane.underWay -= group.length;
      for (const { name } of group) if (name !== undefined) lane.names.delete(name);
      schedule();
    }
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(proceed);
  }

  return {
    add(item) {
      waiting += 1;
      (lanes[fnv1a(item.owner) % count] as Lane<Item>).queue.push(item);
      schedule();
    },
    get waiting() {
      return waiting;
    },
  };
}
