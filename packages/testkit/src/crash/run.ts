import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '@skelly/devstack';
import pg from 'pg';
import { eventually } from '../eventually';
import { type Crowd, createCrowd } from './crowd';
import { createMailSink, type MailSink } from './mail-sink';
import { checkCounts, createQueueCheck, listAttempts, type QueueCheck } from './outcome';
import { checkMails } from './outcome-mails';
import { checkAccounts, checkFollowers, checkInboxes } from './outcome-members';
import { createRandom, type Random, shuffled } from './random';
import { type Hit, strike, type Target } from './strike';
import { createApiTarget } from './targets/api';
import { createGatewayTarget } from './targets/gateway';
import { createRelayTarget } from './targets/relay';
import { createWorkerTarget } from './targets/worker';

/** What a run has shown. */
export interface CrashResult {
  readonly kills: readonly {
    readonly service: string;
    readonly what: string;
    readonly looks: number;
    readonly after: string;
  }[];
  readonly requests: number;
  readonly replays: number;
  readonly repeatedMails: number;
  /** What did not hold, a line each; empty when everything did. */
  readonly problems: readonly string[];
}

export interface CrashRun {
  readonly stack: Stack;
  readonly members: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Times that each process is killed. */
const ROUNDS = 3;
/** Members that are kept for each kill to come. */
const RESERVE = 5;
/** An effect that was killed is taken over when its lease ends, 16 s later; then it may wait for a retry. */
const SETTLE_WITHIN_MS = 60_000;

interface World extends CrashRun {
  readonly random: Random;
  readonly db: pg.Pool;
  readonly crowd: Crowd;
  readonly mails: MailSink;
  readonly queues: QueueCheck;
}

/**
 * Registers members on a running stack while its processes are killed, waits until everything has settled, and checks all.
 *
 * @throws Error when a kill could not hit, or a member was refused.
 */
export async function runCrash(run: CrashRun): Promise<CrashResult> {
  const { stack } = run;
  const random = createRandom(run.seed);
  const db = new pg.Pool({ connectionString: stack.urls.postgres, application_name: 'skelly-crash', max: 4 });
  // A connection that breaks fails its query; idle ones do not matter.
  db.on('error', () => undefined);
  const crowd = createCrowd({ ...run, origin: stack.urls.public, random });
  const mails = createMailSink(stack.urls.mail ?? '');
  const queues = createQueueCheck(stack);
  try {
    const world = { ...run, random, db, crowd, mails, queues };
    const hits = await killInTurn(world);
    return await conclude(world, hits);
  } finally {
    crowd.close();
    queues.close();
    await db.end();
  }
}

async function killInTurn(world: World): Promise<readonly Hit[]> {
  const { stack, crowd, members, random, signal, say } = world;
  const targets = [
    createApiTarget(world),
    createRelayTarget(world),
    createWorkerTarget({ ...world, pid: () => stack.pid('worker') }),
    createGatewayTarget(world),
  ];
  const plan = Array.from({ length: ROUNDS }, () => shuffled(targets, random)).flat();
  const hits: Hit[] = [];
  for (const [index, target] of plan.entries()) {
    signal.throwIfAborted();
    const hit = await strikeInFlow(world, target, {
      kill: Math.floor(index / targets.length) + 1,
      // Kills are spread over the whole crowd.
      after: Math.floor(((index + 1) * members) / (plan.length + 1)),
      reserve: (plan.length - index - 1) * RESERVE,
    });
    hits.push(hit);
    say(`killed ${hit.service} at look ${hit.looks}: ${hit.what}`);
    await stack.ready(target.service);
  }
  await crowd.flow({ upTo: Number.POSITIVE_INFINITY, until: signal });
  await crowd.arrived();
  return hits;
}

/** Kills while members set out; they stop setting out at the kill, so that enough are left for the others. */
async function strikeInFlow(
  world: World,
  target: Target,
  how: { kill: number; after: number; reserve: number },
): Promise<Hit> {
  const { stack, crowd, members, random, signal } = world;
  const over = new AbortController();
  const flowing = crowd.flow({ upTo: Math.max(crowd.waiting - how.reserve, 0), until: over.signal });
  try {
    const haveSetOut = () => members - crowd.waiting >= how.after;
    await eventually('the members before the kill', haveSetOut, { withinMs: 60_000 });
    await delay(random() * 150);
    return await strike(stack, target, { kill: how.kill, random, signal });
  } finally {
    over.abort();
    await flowing;
  }
}

async function conclude(world: World, hits: readonly Hit[]): Promise<CrashResult> {
  const { stack, db, crowd, mails, queues, members, say } = world;
  say(`all ${members} are in; waiting until everything has settled`);
  const unsettled = await settle(world);
  const mailOutcome = await checkMails(db, mails);
  const proofs = await Promise.all(
    hits.map(async ({ service, what, looks, proof }) => {
      const after = await proof.catch((error: Error) => error);
      return { service, what, looks, after: String(after), isProven: !(after instanceof Error) };
    }),
  );
  return {
    kills: proofs,
    requests: crowd.registrar.attempts,
    replays: crowd.registrar.replays,
    repeatedMails: mailOutcome.repeats,
    problems: [
      ...unsettled,
      ...(await listAttempts(db)),
      ...(await queues.check()),
      ...mailOutcome.problems,
      ...(await checkAccounts(db, crowd.followers)),
      ...(await checkInboxes(stack.urls.public, crowd.followers)),
      ...proofs.filter(({ isProven }) => !isProven).map(({ service, what, after }) => `${service}, ${what}: ${after}`),
    ],
  };
}

/** Waits until counts, queues and followers are as they must be. @returns what is not, when the time is over. */
async function settle({ db, queues, crowd, members, signal }: World): Promise<readonly string[]> {
  let open: readonly string[] = [];
  const look = async () => {
    signal.throwIfAborted();
    open = [...(await checkCounts(db, members)), ...(await queues.check()), ...checkFollowers(crowd.followers)];
    if (open.length === 0) return true;
    await delay(100);
    return false;
  };
  await eventually('the end', look, { withinMs: SETTLE_WITHIN_MS }).catch(() => signal.throwIfAborted());
  return open;
}
