import { isContention } from '@skelly/db';
import type pg from 'pg';
import { BatchFailure } from '../../errors';
import type { UnitWrites } from '../../unit-of-work/buffer';
import { type NamedStatement, queryTogether } from '../../unit-of-work/round-trip';
import { beginShared, type SharedTransaction } from '../../unit-of-work/shared';
import { isOverrun, PostgresLost, runUnit, UnitFailed, unitsOf } from '../../worker/run/attempt';
import { type Delivery, DeliveryInterrupted } from '../../worker/run/delivery';
import { type RunDependencies, timeoutOf } from '../../worker/run/run-dependencies';
import { addCounts, COUNT_ROWS, type RowCounts, readCounts } from './row-counts';

/**
 * Events of one transaction at most, and milliseconds after which it takes no more: it holds locks that others wait for. A handler that is
 * running then goes on, up to its timeout, so the locks last as long as that.
 */
export const GROUP = { events: 100, ms: 200 };
/** Milliseconds to wait for somebody's lock: who serves members comes first. */
const LOCK_MS = 250;
/** Milliseconds by which the server waits longer than this process. */
const SERVER_MARGIN_MS = 1_000;

/** What became of deliveries that were tried in one transaction, which was rolled back. */
export interface GroupResult {
  readonly worked: readonly Delivery[];
  readonly failures: readonly { readonly delivery: Delivery; readonly error: unknown; readonly overran: boolean }[];
  /** Somebody else held what they need. */
  readonly locked: readonly Delivery[];
  /** There was no time for them. */
  readonly left: readonly Delivery[];
  readonly writes: readonly UnitWrites[];
  readonly rows: RowCounts;
  /** Whether they were tried one by one, each behind a savepoint. */
  readonly careful: boolean;
}

type Once = Omit<GroupResult, 'careful'> | { readonly out: GroupResult['failures'] };

/**
 * Runs deliveries to handlers inside Postgres as a worker does, in one transaction, has deferred constraints checked, and rolls it back. Should
 * one fail, all are tried once more, each behind a savepoint, so that it is known which, and the others see each other's state.
 *
 * @throws DeliveryInterrupted, PostgresLost or the database's error.
 */
export async function rehearseGroup(
  deps: RunDependencies,
  deliveries: readonly Delivery[],
  options: { readonly careful: boolean },
): Promise<GroupResult> {
  let { careful } = options;
  let rest = deliveries;
  const out: GroupResult['failures'][number][] = [];
  for (;;) {
    const tried = await tryOnce(deps, rest, careful);
    if (!('out' in tried)) return { ...tried, failures: [...out, ...tried.failures], careful };
    out.push(...tried.out);
    const gone = new Set(tried.out.map(({ delivery }) => delivery));
    rest = rest.filter((delivery) => !gone.has(delivery));
    // Named ones of a batch are no reason to call it for each of the others.
    careful = gone.size === 0 || tried.out.some(({ overran }) => overran) || careful;
  }
}

/** @returns `out`: those that cannot share the transaction, which has to be tried again without them; of none, carefully. */
async function tryOnce(deps: RunDependencies, deliveries: readonly Delivery[], careful: boolean): Promise<Once> {
  const timeoutMs = Math.max(...deliveries.map((delivery) => timeoutOf(deps, delivery)), 0);
  const { shared, result } = await beginShared(
    deps,
    {
      statementTimeoutMs: timeoutMs + SERVER_MARGIN_MS,
      transactionTimeoutMs: timeoutMs + GROUP.ms + 2 * SERVER_MARGIN_MS,
      lockTimeoutMs: LOCK_MS,
    },
    COUNT_ROWS,
  );
  try {
    const before = readCounts(result);
    const tried = careful ? await oneByOne(deps, shared, deliveries) : await together(deps, shared, deliveries);
    const { rows: seen, ...rest } = tried;
    await shared.rollback();
    return { ...rest, rows: addCounts(seen, before, -1) };
  } catch (error) {
    const cause = error instanceof UnitFailed ? error.cause : error;
    const overran = error instanceof UnitFailed && isOverrun(cause);
    await (overran ? shared.revoke() : shared.rollback());
    if (cause instanceof DeliveryInterrupted) throw cause;
    if (shared.lost && !overran) throw new PostgresLost('Postgres is away', { cause });
    if (overran) return { out: error.deliveries.map((delivery) => ({ delivery, error: cause, overran })) };
    if (careful) throw error;
    return { out: cause instanceof BatchFailure ? namedOf(deliveries, cause) : [] };
  }
}

function namedOf(deliveries: readonly Delivery[], { failures }: BatchFailure): GroupResult['failures'] {
  return deliveries
    .filter(({ event }) => failures.has(event.eventId))
    .map((delivery) => ({ delivery, error: failures.get(delivery.event.eventId), overran: false }));
}

type Tried = Omit<GroupResult, 'careful'>;

async function together(
  deps: RunDependencies,
  shared: SharedTransaction,
  deliveries: readonly Delivery[],
): Promise<Tried> {
  const units = unitsOf(deliveries);
  const endsAt = performance.now() + GROUP.ms;
  let next = 0;
  for (; next < units.length && (next === 0 || performance.now() < endsAt); next += 1)
    await runUnit(deps, shared, units[next] as readonly Delivery[]);
  const [, counted] = await queryTogether(shared.client, [CHECK_CONSTRAINTS, COUNT_ROWS]);
  return {
    worked: units.slice(0, next).flat(),
    failures: [],
    locked: [],
    left: units.slice(next).flat(),
    writes: shared.writes,
    rows: readCounts(counted as pg.QueryResult),
  };
}

/** The same, each alone behind a savepoint; one of a batch handler's batch as a batch of one. */
async function oneByOne(
  deps: RunDependencies,
  shared: SharedTransaction,
  deliveries: readonly Delivery[],
): Promise<Tried> {
  const { client } = shared;
  const count = async () => readCounts((await queryTogether(client, [COUNT_ROWS]))[0] as pg.QueryResult);
  const worked: Delivery[] = [];
  const failures: GroupResult['failures'][number][] = [];
  const locked: Delivery[] = [];
  const writes: UnitWrites[] = [];
  let undone: RowCounts = new Map();
  const endsAt = performance.now() + GROUP.ms;
  let next = 0;
  for (; next < deliveries.length && (next === 0 || performance.now() < endsAt); next += 1) {
    const delivery = deliveries[next] as Delivery;
    const [, before] = await queryTogether(client, [SAVEPOINT, COUNT_ROWS]);
    try {
      await runUnit(deps, shared, [delivery]);
      // Undone, so that constraints are as deferred for the next one as they were.
      await queryTogether(client, [SAVEPOINT_CHECK, CHECK_CONSTRAINTS, UNDO_CHECK]);
      worked.push(delivery);
      writes.push(shared.writes.at(-1) as UnitWrites);
    } catch (thrown) {
      const error = thrown instanceof UnitFailed ? thrown.cause : thrown;
      if (shared.lost || isOverrun(error)) throw thrown;
      await queryTogether(client, [UNDO]);
      undone = addCounts(undone, addCounts(await count(), readCounts(before as pg.QueryResult), -1));
      if (isContention(error)) locked.push(delivery);
      else failures.push({ delivery, error: errorOf(error, delivery), overran: false });
    }
  }
  return {
    worked,
    failures,
    locked,
    left: deliveries.slice(next),
    writes,
    rows: addCounts(await count(), undone, -1),
  };
}

function errorOf(error: unknown, { event }: Delivery): unknown {
  return error instanceof BatchFailure ? (error.failures.get(event.eventId) ?? error) : error;
}

const statement = (name: string, text: string): NamedStatement => ({ name: `replay-${name}`, text });
const CHECK_CONSTRAINTS = statement('check', 'set constraints all immediate');
const SAVEPOINT = statement('savepoint', 'savepoint replay_unit');
const UNDO = statement('undo', 'rollback to savepoint replay_unit');
const SAVEPOINT_CHECK = statement('savepoint-check', 'savepoint replay_check');
const UNDO_CHECK = statement('undo-check', 'rollback to savepoint replay_check');
