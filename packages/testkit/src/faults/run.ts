import { type Act, type ActRun, playAct } from './act';
import type { Misdeed } from './misdeeds';
import { MISDEEDS } from './misdeeds';
import { checkDeliveries, type Tally, tally } from './outcome/deliveries';
import { checkEffects, countRepeats } from './outcome/effects';
import { checkLeftovers } from './outcome/leftovers';
import { checkOrder } from './outcome/order';
import type { Problem } from './outcome/problems';
import { checkSums } from './outcome/sums';
import type { Sabotage } from './processes/sabotage';
import type { ProxyCounts } from './proxy/sqs-proxy';
import { killing, pausing } from './strikes/processes';
import { purgeQueues, restartPostgres, restartSqs } from './strikes/servers';
import { type Hit, STRIKES, type StrikeKind } from './strikes/strike';
import { createWorld, type World } from './world';

/** What a run has shown. */
export interface FaultResult {
  readonly hits: readonly Hit[];
  readonly misdeeds: ReadonlyMap<Misdeed, number>;
  readonly mangled: ProxyCounts;
  readonly tally: Tally;
  /** Effects that the outside saw more than once. */
  readonly repeatedEffects: number;
  /** Times that a process ended though nobody had struck it. */
  readonly crashes: number;
  /** Promises that did not hold. */
  readonly problems: readonly Problem[];
  /** Kinds of fault that never hit. */
  readonly missed: readonly string[];
}

export interface FaultRun extends Omit<ActRun, 'world'> {
  readonly dir: string;
  readonly minutes: number;
  readonly seed: number;
  readonly sabotage: Sabotage | undefined;
}

/** Seconds for which a queue must have been empty before what is missing counts as lost, where queues lose messages. */
const RECONCILE_GRACE_SECONDS = 4;

/**
 * In this act no queue loses a message, and the reconciler is off: nothing may depend on it.
 */
const KILLS: Omit<Act, 'seconds'> = {
  title: 'kills',
  strikes: [
    killing('relay'),
    killing('relay'),
    killing('worker'),
    killing('worker'),
    pausing('relay'),
    pausing('worker'),
    restartPostgres,
  ],
  quietSeconds: 4,
};

/** In this one they do, and it must find what is gone. */
const LOSSES: Omit<Act, 'seconds'> = {
  title: 'losses',
  strikes: [purgeQueues, restartSqs, killing('relay'), killing('worker'), pausing('worker')],
  // The reconciler waits for its grace, looks at every third of it, and finds a thousand at a time.
  quietSeconds: 8 * RECONCILE_GRACE_SECONDS,
};

/** Runs both acts and checks everything; the first alone when the product is sabotaged. @throws Error when a fault found nothing to hit. */
export async function runFaults(run: FaultRun): Promise<FaultResult> {
  const world = await createWorld(run);
  try {
    run.say('Postgres, SQS, 2 relays and 2 workers run');
    const acts = { ...run, world };
    const seconds = run.minutes * 60;
    if (run.sabotage) return await conclude(world, [await playAct(acts, { ...KILLS, seconds })]);
    const first = await playAct(acts, { ...KILLS, seconds: seconds / 2 });
    await setReconciling(world, RECONCILE_GRACE_SECONDS);
    const second = await playAct(acts, { ...LOSSES, seconds: seconds / 2 });
    return await conclude(world, [first, second]);
  } finally {
    await world.stop();
  }
}

async function setReconciling(world: World, graceSeconds: number): Promise<void> {
  const relays = world.crew.filter(({ role }) => role === 'relay');
  await Promise.all(relays.map((relay) => relay.restart({ FAULTS_RECONCILE_GRACE: String(graceSeconds) })));
}

async function conclude(
  world: World,
  acts: readonly { hits: readonly Hit[]; problems: readonly Problem[] }[],
): Promise<FaultResult> {
  const { pool } = world.servers.database;
  const { recorder, proxies } = world;
  const hits = acts.flatMap((act) => act.hits);
  return {
    hits,
    misdeeds: recorder.misdeeds,
    mangled: proxies.counts,
    tally: await tally(pool),
    repeatedEffects: countRepeats(recorder),
    crashes: world.crew.reduce((sum, { crashes }) => sum + crashes, 0),
    problems: [
      ...acts.flatMap((act) => act.problems),
      ...(await checkDeliveries(pool)),
      ...(await checkSums(pool)),
      ...(await checkEffects(pool, recorder)),
      ...(await checkOrder(pool, recorder)),
      ...(await checkLeftovers(pool)),
    ],
    missed: listMissed(hits, recorder.misdeeds, proxies.counts),
  };
}

function listMissed(
  hits: readonly Hit[],
  misdeeds: ReadonlyMap<Misdeed, number>,
  mangled: ProxyCounts,
): readonly string[] {
  return [
    ...(Object.keys(STRIKES) as StrikeKind[]).filter((kind) => !hits.some((hit) => hit.kind === kind)),
    ...(Object.keys(MISDEEDS) as Misdeed[]).filter((misdeed) => !misdeeds.get(misdeed)),
    ...Object.entries(mangled).flatMap(([what, count]) => (count === 0 ? [what] : [])),
  ];
}
