/**
 * How far the relays have come: the position up to which every event has been sent, or waits in the schedule, or will
 * never exist.
 *
 * Positions become visible in the order of commits, so the highest position that was drawn says little by itself. A marker
 * notes it, and afterwards who has the tables open for writing: whoever has drawn a position up to the marker's is among
 * them or has ended. When all of those have ended, every position up to it is visible or void, and every pointer to such
 * an event has an id that was drawn by then. When no pointer up to that id is left in the outbox (a claim that is not
 * committed leaves it there), all those events have been sent. Long transactions let it lag, and never make it false.
 */
export interface LowWaterState {
  /** Every event up to this position has been sent, waits in the schedule, or will never exist. */
  readonly lowWater: number;
  /** No pointer up to this id will be seen again. */
  readonly floor: number;
  readonly marker: Marker | null;
  /** Markers whose writers have ended, ascending: sent up to `position` when no pointer up to `id` is left. */
  readonly settled: readonly Settled[];
}

interface Marker {
  readonly position: number;
  readonly id: number;
  readonly writers: readonly string[];
}

interface Settled {
  readonly position: number;
  readonly id: number;
  /** No pointer up to this id will become visible any more. */
  readonly visibleId: number;
}

/** What the database says, each asked after the one before it. */
export interface LowWaterSight {
  /** The last position and pointer id that were drawn. */
  readonly drawn: { readonly position: number; readonly id: number };
  /** Transactions that have history or outbox open for writing. */
  readonly writers: readonly string[];
  /** The last pointer id that was drawn by then. */
  readonly idAfter: number;
  /** The lowest pointer above the floor that is in the outbox; null when there is none. */
  readonly oldestId: number | null;
}

/** Settled markers that are remembered at most; in between some are forgotten, which makes the low-water coarser. */
const SETTLED_MAX = 32;

export const INITIAL_LOW_WATER: LowWaterState = { lowWater: 0, floor: 0, marker: null, settled: [] };

/** Draws the conclusions of one look. Returns the same state when nothing has changed. */
export function advanceLowWater(before: LowWaterState, sight: LowWaterSight): LowWaterState {
  // The sequences went back: another history has been restored, of which nothing is known.
  const known = sight.drawn.position >= before.lowWater && sight.idAfter >= before.floor;
  const state = known ? before : INITIAL_LOW_WATER;
  const marker = state.marker ? stillWriting(state.marker, sight) : newMarker(state, sight);
  const ended = marker !== null && marker.writers.length === 0;
  const settled = ended
    ? thinned([...state.settled, { position: marker.position, id: sight.idAfter, visibleId: marker.id }])
    : state.settled;
  const oldest = sight.oldestId ?? Number.POSITIVE_INFINITY;
  const sent = settled.filter(({ id }) => id < oldest);
  const visibleId = Math.max(0, ...settled.map((one) => one.visibleId));
  const next: LowWaterState = {
    lowWater: Math.max(state.lowWater, ...sent.map(({ position }) => position)),
    floor: Math.max(state.floor, Math.min(visibleId, oldest - 1)),
    marker: ended ? null : marker,
    settled: settled.filter((one) => !sent.includes(one)),
  };
  return same(before, next) ? before : next;
}

function newMarker(state: LowWaterState, { drawn, writers }: LowWaterSight): Marker | null {
  const last = state.settled.at(-1);
  const isNews =
    drawn.position > Math.max(state.lowWater, last?.position ?? 0) ||
    drawn.id > Math.max(state.floor, last?.visibleId ?? 0);
  return isNews ? { ...drawn, writers } : null;
}

/** A transaction that is prepared goes on under another name: any that was not there before may be one of the marker's. */
function stillWriting(marker: Marker, { writers }: LowWaterSight): Marker {
  const remaining = marker.writers.filter((writer) => writers.includes(writer));
  const mayHavePrepared = marker.writers.some((writer) => !isPrepared(writer) && !writers.includes(writer));
  const prepared = mayHavePrepared ? writers.filter((writer) => isPrepared(writer) && !remaining.includes(writer)) : [];
  return { ...marker, writers: [...remaining, ...prepared] };
}

/** Postgres shows a prepared transaction as process -1. */
function isPrepared(writer: string): boolean {
  return writer.startsWith('-1/');
}

/** Every second one goes when there are too many; the last one stays. */
function thinned(settled: readonly Settled[]): readonly Settled[] {
  if (settled.length <= SETTLED_MAX) return settled;
  return settled.filter((_, index) => (settled.length - 1 - index) % 2 === 0);
}

function same(left: LowWaterState, right: LowWaterState): boolean {
  return (
    left.lowWater === right.lowWater &&
    left.floor === right.floor &&
    left.settled.length === right.settled.length &&
    left.marker?.position === right.marker?.position &&
    left.marker?.id === right.marker?.id &&
    left.marker?.writers.length === right.marker?.writers.length
  );
}
