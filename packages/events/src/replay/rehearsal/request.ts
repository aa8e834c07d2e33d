import type { DeadLetterSelection } from '../../dead-letters/selection';
import { eachCandidate, eachDeadLetter } from '../candidates';
import { planReplay } from '../plan';
import { selectionFromJson } from '../selection';
import { type RehearsalDependencies, rehearse } from './rehearsal';
import type { Rehearsal } from './tally';

/** What is to be rehearsed, as JSON: what a replay is about, or open dead letters. */
export type RehearsalRequest = {
  /** Deliveries at most, 1 to 100000. */
  readonly limit: number;
} & (
  | {
      readonly replay: {
        readonly selection: Readonly<Record<string, unknown>>;
        readonly handlers: readonly string[];
        readonly again: boolean;
        /** Only events up to this position. @defaultValue the log's head */
        readonly upTo?: number | undefined;
      };
    }
  | { readonly deadLetters: DeadLetterSelection }
);

/** Events or letters of one read. */
const PAGE = 1_000;

/**
 * Rehearses what is asked for; see {@link rehearse}.
 *
 * @throws ReplayError, DeadLetterError when nothing is selected; PostgresLost or the database's error.
 */
export async function rehearseRequest(
  deps: RehearsalDependencies,
  request: RehearsalRequest,
  signal?: AbortSignal,
): Promise<Rehearsal> {
  const options = { limit: request.limit, signal };
  if ('deadLetters' in request)
    return rehearse(deps, eachDeadLetter(deps.database, request.deadLetters, PAGE), options);
  const { selection, handlers, again, upTo } = request.replay;
  const plan = await planReplay(deps.database, { selection: selectionFromJson(selection), handlers, upTo });
  return rehearse(deps, eachCandidate(deps.database, plan, PAGE), { ...options, state: again ? 'finished' : 'open' });
}
