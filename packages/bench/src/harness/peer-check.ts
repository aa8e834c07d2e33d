import type { PeerRatio } from './peer-ratios';
import type { MetricResult } from './results';

/** How far below its recorded ratio a peer may fall before a run counts for nothing. */
const TOLERANCE = 0.3;

/** Peers that did clearly worse than they can, in words; none when all did well. */
export function findWeakPeers(
  bench: string,
  results: readonly MetricResult[],
  ratios: readonly PeerRatio[],
): readonly string[] {
  return ratios
    .filter((recorded) => recorded.bench === bench)
    .flatMap(({ metric, peer, to, ratio }) => {
      const peers = results.find((result) => result.metric === metric)?.peers ?? {};
      const reached = (peers[peer] ?? Number.NaN) / (peers[to] ?? Number.NaN);
      const least = ratio * (1 - TOLERANCE);
      if (reached >= least) return [];
      return [
        `${metric}: ${peer} reached ${reached.toFixed(2)} of the ${to}, and is known to reach ${ratio.toFixed(2)} (at least ${least.toFixed(2)} is asked)`,
      ];
    });
}
