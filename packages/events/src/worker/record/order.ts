/**
 * Decides which deliveries of one subject to one handler may run now, when they run one after the other.
 *
 * @param positions of the deliveries, ascending.
 * @param unfinished the lowest positions of the subject that the handler has neither finished nor given up, ascending; those
 *   of the deliveries may be among them. Up to the first that is not a delivery's it must be complete.
 * @returns how many of the deliveries may run, from the first on.
 */
export function decideOrder(positions: readonly number[], unfinished: readonly number[]): number {
  const ours = new Set(positions);
  const blocker = unfinished.find((position) => !ours.has(position)) ?? Number.POSITIVE_INFINITY;
  const blocked = positions.findIndex((position) => position > blocker);
  return blocked === -1 ? positions.length : blocked;
}
