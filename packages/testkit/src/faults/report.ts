import { MISDEEDS, type Misdeed } from './misdeeds';
import type { FaultOptions } from './options';
import type { ProblemKind } from './outcome/problems';
import type { Sabotage } from './processes/sabotage';
import type { FaultResult } from './run';
import { STRIKES } from './strikes/strike';

/** What each sabotage must be found by. */
const FOUND_BY: Readonly<Record<Sabotage, ProblemKind>> = {
  'ack-early': 'lost',
  'no-inbox': 'twice',
  'pointer-before-send': 'lost',
  'swallow-commit-tag': 'lost',
};

/** Whether the run found what its sabotage breaks, and not something else. */
export function isCaught(result: FaultResult, sabotage: Sabotage): boolean {
  return result.problems.some(({ kind }) => kind === FOUND_BY[sabotage]);
}

/** Whether all promises held and every kind of fault hit. */
export function hasHeld(result: FaultResult): boolean {
  return result.problems.length === 0 && result.missed.length === 0;
}

/** The command that repeats a run. */
export function commandOf({ minutes, seed, sabotage }: FaultOptions): string {
  return `npm run faults -- --minutes ${minutes} --seed ${seed}${sabotage ? ` --sabotage ${sabotage}` : ''}`;
}

/** The result in words, its last line the verdict. */
export function renderReport(result: FaultResult, options: FaultOptions, seconds: number): string {
  const { hits, misdeeds, mangled, tally, problems, missed } = result;
  const strikes = Object.entries(STRIKES).flatMap(([kind, what]) => {
    const count = hits.filter((hit) => hit.kind === kind).length;
    return count > 0 ? [`${what} ${count}`] : [];
  });
  const done = Object.entries(MISDEEDS).flatMap(([kind, what]) => {
    const count = misdeeds.get(kind as Misdeed) ?? 0;
    return count > 0 ? [`${what} ${count}`] : [];
  });
  const verdict = options.sabotage
    ? `${options.sabotage} was ${isCaught(result, options.sabotage) ? 'caught' : 'not caught'}`
    : hasHeld(result)
      ? 'held'
      : 'did not hold';
  return [
    '',
    `  hit at work: ${strikes.join(', ')}`,
    `  a handler: ${done.join(', ')}`,
    `  on the way to SQS: ${Object.entries(mangled)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')}`,
    `  ${tally.events} events, ${tally.finished} deliveries finished, ${tally.dead} dead, ${tally.attempts} tries charged, ${result.repeatedEffects} effects repeated under their key, ${result.crashes} processes ended by themselves`,
    ...problems.map(({ kind, text }) => `  WRONG (${kind}) ${text}`),
    ...(options.sabotage ? [] : missed.map((what) => `  MISSED ${what} never hit work in flight`)),
    '',
    `faults: ${verdict} (seed ${options.seed}, ${seconds.toFixed(0)} s); repeat with: ${commandOf(options)}`,
  ].join('\n');
}
