import { setTimeout as delay } from 'node:timers/promises';
import { shuffled } from '../crash/random';
import { startEmitter } from './emitter';
import { checkPromises, countOpen } from './outcome/deliveries';
import { countInLine, listWaiting } from './outcome/leftovers';
import type { Problem } from './outcome/problems';
import type { Hit, Strike } from './strikes/strike';
import type { World } from './world';

/** A part of a run: events flow while things of certain kinds fail; then everything must come to its end. */
export interface Act {
  readonly title: string;
  /** What fails; each at least once, more often when it stands there more often. */
  readonly strikes: readonly Strike[];
  readonly seconds: number;
  /** When nothing has waited anywhere for so long, what is open stays open. In seconds. */
  readonly quietSeconds: number;
}

export interface ActRun {
  readonly world: World;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Pause between two faults, in milliseconds. */
const PACE_MS = { from: 300, to: 1_500 };
/** An effect whose process died is taken over 7 s later, a poison message dies at its fifth receive; the rest is for slow machines. */
const SETTLE_WITHIN_MS = 150_000;

/** What waits for an earlier delivery looks by itself every 30 s. */
const IN_LINE_SECONDS = 40;

/** Lets events flow while things fail, then waits until all is done. @returns what hit, and what had not come to its end. */
export async function playAct(run: ActRun, act: Act): Promise<{ hits: readonly Hit[]; problems: readonly Problem[] }> {
  const { world, say } = run;
  const { pool } = world.servers.database;
  const emitter = startEmitter({
    url: world.servers.postgresUrl,
    random: world.random(`emitter ${act.title}`),
    sabotage: world.sabotage,
    backlog: async () => {
      const { rows } = await pool.query<{ pointers: number }>('select count(*)::int as pointers from event_outbox');
      return (rows[0]?.pointers ?? 0) + (await world.queues.waiting());
    },
  });
  world.proxies.mangling = true;
  const hits: Hit[] = [];
  try {
    await strikeInTurn(run, act, hits);
  } finally {
    await emitter.stop();
    world.proxies.mangling = false;
  }
  await world.proxies.settled();
  say(`${act.title}: ${hits.length} faults hit; waiting until everything has come to its end`);
  const problems = await settle(run, act);
  say(`${act.title}: over`);
  return { hits, problems: [...problems, ...(await checkPromises(pool, emitter.promised))] };
}

async function strikeInTurn({ world, signal, say }: ActRun, act: Act, hits: Hit[]): Promise<void> {
  const random = world.random(`strikes ${act.title}`);
  const endings: Promise<void>[] = [];
  const field = { ...world, random, signal, defer: (ending: Promise<void>) => void endings.push(ending) };
  const until = Date.now() + act.seconds * 1_000;
  let bag = shuffled(act.strikes, random);
  let isFirstBag = true;
  while (Date.now() < until || isFirstBag) {
    await delay(PACE_MS.from + random() * (PACE_MS.to - PACE_MS.from), undefined, { signal });
    const strike = bag.pop();
    if (strike) {
      const hit = await strike(field);
      hits.push(hit);
      say(`${hit.kind}: ${hit.what}`);
    }
    if (bag.length === 0) {
      isFirstBag = false;
      bag = shuffled(act.strikes, random);
    }
  }
  await Promise.all(endings);
}

/** Waits until every delivery has ended and nothing waits. @returns what is not so, when nothing moves or the time is over. */
async function settle({ world, signal }: ActRun, act: Act): Promise<readonly Problem[]> {
  const { pool } = world.servers.database;
  const begun = Date.now();
  let quietSince: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const waiting = await listWaiting(pool, world.queues);
    if (waiting.length === 0) {
      quietSince ??= Date.now();
      const open = await countOpen(pool);
      if (open === 0) return [];
      const patient = (await countInLine(pool)) > 0 && !world.sabotage;
      if (Date.now() - quietSince > Math.max(act.quietSeconds, patient ? IN_LINE_SECONDS : 0) * 1_000)
        return [{ kind: 'lost', text: `deliveries open after ${act.title}, though nothing waits: ${open}` }];
    } else {
      quietSince = undefined;
    }
    if (Date.now() - begun > SETTLE_WITHIN_MS) return waiting.map((text) => ({ kind: 'left', text }));
    await delay(250);
  }
}
