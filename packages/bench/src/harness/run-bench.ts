import type { Bench, Measured } from './bench';
import { type LabOptions, withLab } from './lab';
import type { Round } from './results';
import { format } from './table';

/** Share of the work of the round that warms servers up and is not counted. */
const WARM_UP_SCALE = 0.1;

/**
 * Runs a bench's rounds. Within a round the contenders follow each other at once, so that a change of the machine's speed
 * meets all of them; every other round goes backwards, so that none always comes after the same one.
 */
export async function runBench(
  bench: Bench,
  options: LabOptions & { readonly rounds: number; readonly warmUp: boolean },
): Promise<readonly Round[]> {
  const total = bench.fixedRounds ?? options.rounds;
  if (options.warmUp && bench.fixedRounds === undefined) {
    const lab = { ...options, scale: options.scale * WARM_UP_SCALE, profileDir: undefined };
    await runRound(bench, lab, { title: `${bench.name} warm-up`, backwards: false });
  }
  const rounds: Round[] = [];
  for (let round = 1; round <= total; round += 1) {
    const title = `${bench.name} ${round}/${total}`;
    rounds.push(await runRound(bench, options, { title, backwards: round % 2 === 0 }));
  }
  return rounds;
}

async function runRound(
  bench: Bench,
  options: LabOptions,
  { title, backwards }: { title: string; backwards: boolean },
): Promise<Round> {
  const measured: Record<string, Measured> = {};
  for (const step of backwards ? bench.steps.toReversed() : bench.steps) {
    const name = [title, step.contender, step.label].filter(Boolean).join(' · ');
    const say = (text: string) => options.say(`${name}: ${text}`);
    const figures = await withLab({ ...options, say }, (lab) => step.run(lab)).catch((cause: Error) => {
      throw new Error(`${name} failed: ${cause.message}`, { cause });
    });
    say(describe(bench, figures));
    measured[step.contender] = { ...measured[step.contender], ...figures };
  }
  return measured;
}

function describe(bench: Bench, figures: Measured): string {
  return Object.entries(figures)
    .map(([metric, value]) => {
      const unit = bench.metrics.find((known) => known.metric === metric)?.unit ?? '';
      return `${metric} ${format(value)} ${unit}`.trimEnd();
    })
    .join(', ');
}
