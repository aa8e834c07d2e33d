import { type Database, LIVE_RUN } from '@skelly/db';
import { type HandlerRegistry, queueOf } from '../../handlers/registry';
import type { Notifier } from '../../hints/notifier';
import { type Assignment, assignOne } from '../../worker/intake/intake';
import { type Delivery, DeliveryInterrupted } from '../../worker/run/delivery';
import { createInterruption } from '../../worker/run/interruption';
import type { RunDependencies } from '../../worker/run/run-dependencies';
import type { CandidateState, WholeCandidate } from '../candidates';
import { createPageRunner } from './page';
import { createTally, type Rehearsal, type RehearsedFailure } from './tally';

export interface RehearsalDependencies
  extends Pick<RunDependencies, 'database' | 'now' | 'defaults' | 'maxPayloadBytes' | 'middleware'> {
  /** Effects among the handlers are counted and never called. */
  readonly registry: HandlerRegistry;
}

export interface RehearsalOptions {
  /** Which of those that are read are tried. @defaultValue only `open` */
  readonly state?: CandidateState;
  /** Deliveries that are tried at most. @defaultValue 100000 */
  readonly limit?: number;
  /** Transactions at once; two less than the pool has connections at most. @defaultValue 8, as a worker's */
  readonly lanes?: number;
  /** Ends it; what was tried so far is the answer. */
  readonly signal?: AbortSignal | undefined;
}

/** Handlers that overran their timeouts until a rehearsal stops: each may have taken half a minute. */
const MOST_OVERRUNS = 5;

/** Nobody is told of what does not happen. */
const silent: Notifier = { committed: () => undefined, close: async () => undefined };

/**
 * Finds out what handlers would do with events: runs those inside Postgres as a worker would, at most a hundred events in a transaction, and
 * rolls each back. Nothing is emitted, pushed or called, no position is drawn and nobody is told. Identity columns of the handlers' own tables do draw numbers.
 * Events see what the ones before them in their transaction have changed, and no more.
 *
 * @throws PostgresLost or the database's error.
 */
export async function rehearse(
  deps: RehearsalDependencies,
  pages: AsyncIterable<readonly WholeCandidate[]>,
  { state = 'open', limit = 100_000, lanes = 8, signal }: RehearsalOptions = {},
): Promise<Rehearsal> {
  const interruption = createInterruption();
  const run: RunDependencies = { ...deps, notifier: silent, random: () => 0, worker: 'rehearsal', interruption };
  const tally = createTally();
  const interrupt = () => interruption.fire();
  signal?.addEventListener('abort', interrupt, { once: true });
  if (signal?.aborted) interrupt();
  let stopped: Rehearsal['stopped'] = null;
  const isOver = () => (signal?.aborted ?? false) || tally.overruns >= MOST_OVERRUNS;
  const runPage = createPageRunner(run, { tally, lanes, isOver });
  let begun = 0;

  /** What of a page is to be run; everything else is counted at once. */
  function take(page: readonly WholeCandidate[]): readonly Delivery[] {
    const deliveries: Delivery[] = [];
    for (const candidate of page) {
      if (candidate.state !== state) {
        tally.passBy(candidate.state);
        continue;
      }
      if (begun >= limit) {
        stopped = 'limit';
        break;
      }
      const assigned = assignmentOf(deps.registry, candidate, deps.now());
      begun += 1;
      if ('bury' in assigned) tally.invalid(assigned.bury, assigned.error);
      else if ('park' in assigned) tally.passBy('unknown');
      else if (assigned.run.handler.kind === 'effect') tally.effect(assigned.run.handler.id);
      else deliveries.push(assigned.run);
    }
    return deliveries;
  }

  try {
    for await (const page of readAhead(pages)) {
      await runPage(take(page));
      if (stopped || isOver()) break;
    }
  } catch (error) {
    if (!(error instanceof DeliveryInterrupted && signal?.aborted)) throw error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
  if (tally.overruns >= MOST_OVERRUNS) stopped = 'overruns';
  if (signal?.aborted) stopped = 'aborted';
  const { failures, ...rest } = tally.result();
  return { ...rest, failures: await withFingerprints(deps.database, failures), stopped };
}

/** What a worker with these handlers would do with it. */
function assignmentOf(registry: HandlerRegistry, { event, handler: id }: WholeCandidate, now: Date): Assignment {
  const handler = registry.get(id);
  const queue = handler ? queueOf(handler) : '';
  const message = { run: LIVE_RUN, relayedAt: now.toISOString() };
  return assignOne(handler, { queue, receivedAt: now }, message, event, id);
}

/** The next page is read while the one before it is worked on. */
async function* readAhead<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = pages[Symbol.asyncIterator]();
  const read = () => {
    const next = iterator.next();
    // Its failure is seen when it is asked for, if ever.
    next.catch(() => undefined);
    return next;
  };
  for (let next = read(); ; ) {
    const { done, value } = await next;
    if (done) return;
    next = read();
    yield value;
  }
}

/** Names the causes as their dead letters would be named. */
async function withFingerprints(
  { pool }: Database,
  failures: readonly Omit<RehearsedFailure, 'fingerprint'>[],
): Promise<readonly RehearsedFailure[]> {
  if (failures.length === 0) return [];
  const { rows } = await pool.query<{ fingerprint: string }>(
    `select dead_letter_fingerprint(handler, null, reason, error) as fingerprint
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as given (handler, reason, error, nth) order by nth`,
    [failures.map(({ handler }) => handler), failures.map(({ reason }) => reason), failures.map(({ error }) => error)],
  );
  return failures.map((failure, index) => ({ fingerprint: rows[index]?.fingerprint ?? '', ...failure }));
}
