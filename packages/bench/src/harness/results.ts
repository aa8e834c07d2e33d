import { type Bench, type Bound, type Measured, type Metric, OURS } from './bench';
import { median } from './stats';

/** What every contender measured in one round: figures by contender, then by metric. */
export type Round = Readonly<Record<string, Measured>>;

/** One metric of a bench, as it is written to `bench-results/<name>.json`. */
export interface MetricResult {
  readonly metric: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  /** Median of the rounds. */
  readonly ours: number;
  /** Medians of the rounds, by peer. */
  readonly peers: Readonly<Record<string, number>>;
  /** Ours divided by the peer's. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly bounds: readonly Bound[];
  /** Whether every must holds. */
  readonly held: boolean;
  readonly rounds: readonly { readonly ours: number; readonly peers: Readonly<Record<string, number>> }[];
}

export interface BenchResult {
  readonly name: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly results: readonly MetricResult[];
}

/** How a figure stands to its bound: what is compared, and whether must and aim hold. A figure that is missing holds nothing. */
export function judge(
  bound: Bound,
  { ours, peers, higherIsBetter }: Pick<MetricResult, 'ours' | 'peers' | 'higherIsBetter'>,
): { readonly value: number; readonly must: boolean; readonly aim: boolean } {
  const value = bound.peer === undefined ? ours : ours / (peers[bound.peer] ?? Number.NaN);
  const holds = (limit: number) => (higherIsBetter ? value >= limit : value <= limit);
  return { value, must: holds(bound.must), aim: holds(bound.aim) };
}

/**
 * Puts the rounds of a bench together.
 *
 * @param counts false for a quick look, which never counts as held.
 */
export function summarise(
  bench: Pick<Bench, 'metrics'>,
  rounds: readonly Round[],
  { counts }: { counts: boolean },
): readonly MetricResult[] {
  return bench.metrics.map((metric) => summariseMetric(metric, rounds, counts));
}

function summariseMetric(
  { metric, unit, higherIsBetter, bounds }: Metric,
  rounds: readonly Round[],
  counts: boolean,
): MetricResult {
  const measured = rounds.map((round) => figuresOf(round, metric));
  const names = [...new Set(measured.flatMap(({ peers }) => Object.keys(peers)))];
  const ours = median(measured.map((round) => round.ours));
  const peers = Object.fromEntries(
    names.map((name) => [name, median(measured.map((round) => round.peers[name] ?? Number.NaN))]),
  );
  const ratios = Object.fromEntries(Object.entries(peers).map(([name, value]) => [name, ours / value]));
  const held = counts && bounds.every((bound) => judge(bound, { ours, peers, higherIsBetter }).must);
  return { metric, unit, higherIsBetter, ours, peers, ratios, bounds, held, rounds: measured };
}

function figuresOf(round: Round, metric: string): { ours: number; peers: Record<string, number> } {
  const peers: Record<string, number> = {};
  for (const [contender, measured] of Object.entries(round)) {
    const value = measured[metric];
    if (contender !== OURS && value !== undefined) peers[contender] = value;
  }
  return { ours: round[OURS]?.[metric] ?? Number.NaN, peers };
}
