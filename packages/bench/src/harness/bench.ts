import type { Lab } from './lab';

/** Our own contender; every other name is a peer's. */
export const OURS = 'ours';

/**
 * What must hold of a figure. With a peer: ours divided by the peer's, at least (or, where lower is better, at most) so
 * much. Without one: our own figure, in the metric's unit.
 */
export interface Bound {
  readonly peer?: string;
  readonly must: number;
  readonly aim: number;
}

export interface Metric {
  readonly metric: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly bounds: readonly Bound[];
}

/** Figures by the name of their metric. */
export type Measured = Readonly<Record<string, number>>;

/** One contender's turn in a round. */
export interface Step {
  /** {@link OURS}, or the peer by its package or a plain word. */
  readonly contender: string;
  /** What it does, where a contender has several turns. */
  readonly label?: string;
  run(lab: Lab): Promise<Measured>;
}

/** A comparison: the same work by ours and by its peers, one after the other in every round. */
export interface Bench {
  readonly name: string;
  /** One line for the help text. */
  readonly summary: string;
  readonly metrics: readonly Metric[];
  readonly steps: readonly Step[];
  /** Programs of this package that it runs, as paths below `src`; they are bundled first. */
  readonly programs: readonly string[];
  /** Apps whose production bundles it runs. */
  readonly apps: readonly string[];
  /** Why it cannot run on this machine; then it is left out, except in CI. */
  readonly unavailable?: () => string | undefined;
  /** Rounds that it takes whatever the command line says: for a bench that is long by itself. */
  readonly fixedRounds?: number;
}
