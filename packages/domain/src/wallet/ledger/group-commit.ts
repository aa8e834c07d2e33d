import { type Database, isContention } from '@skelly/db';
import type { EventSystem, Log, UnitOfWork, WritePart } from '@skelly/events';
import { keyReused, WalletError } from '../errors';
import { countWhenCommitted, type UnitCounts, type WalletEventMetrics } from '../publisher';
import type { Decision } from './decide';
import { type Asked, decideGroup, type GroupDecision, type Outcome } from './decide-group';
import { hasMovedOn, isRefused, NotRemembered } from './failure';
import { answerKeys, claimKeys, keepAnswers, keyName, repeatAnswer } from './keys';
import { createLanes, type LaneItem, type LaneTurn } from './lanes';
import { createMutex, type Mutex } from './mutex';
import { isOpenRefusal } from './open-refusal';
import { namedEscrow, resolvedEscrow, walletsOf } from './operation';
import { lockLedger, lockWallets, readEscrows, requireUnmoved } from './read';
import { createWalletMemory } from './wallet-memory';
import { emitDecisions, type InContext } from './write';

export interface GroupCommitDependencies {
  readonly events: EventSystem;
  readonly database: Database;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics?: WalletEventMetrics | undefined;
  /** Told what every wallet that an operation changed holds now, after the commit. */
  readonly onCommitted?: (decision: Decision) => void;
}

export interface GroupCommitOptions {
  /** Groups that are under way at once: while one is being written, the next is decided. @defaultValue 2 */
  readonly lanes?: number;
  /** Operations of one group at most. @defaultValue 128 */
  readonly maxGroup?: number;
  /** Wallets that are remembered; the ones used longest ago are read again. @defaultValue 20000 */
  readonly maxRemembered?: number;
  /** Operations that wait at most; those beyond are refused with 503. @defaultValue 10000 */
  readonly maxWaiting?: number;
}

/** An operation as it is submitted. */
export interface Submission<T> extends Asked {
  readonly answer: (decision: Decision) => T;
  /** Emits in the context of whoever asked. */
  readonly inContext: InContext;
  /** Told before the answer when it is that of an earlier operation with the key. */
  readonly onRepeat?: (() => void) | undefined;
}

/**
 * Decides operations together: what comes while a group is being written is the next one. It ends with what it waits for: let whoever
 * submits drain before the pool is closed, or what waits is rejected as not known.
 */
export interface GroupCommit {
  /**
   * Resolves when it is durable.
   *
   * @throws WalletError when it was refused: nothing has moved. Any other error: it is not known; with a key, ask again.
   */
  submit<T>(submission: Submission<T>): Promise<T>;
}

interface Waiting extends Submission<unknown>, LaneItem {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** How a group goes about it. */
interface Attempt {
  readonly group: readonly Waiting[];
  readonly behind: boolean;
  /** Lets the next group of the lane decide. */
  readonly letNext: () => void;
  /** Of this try. */
  readonly counts: UnitCounts | undefined;
}

/** Tries of a group that others are in the way of, before each of its operations is tried alone. */
const TRIES = 6;

/**
 * What a wallet holds is remembered from its last operation here, so that a group is decided without asking and written in one round
 * trip; what is not remembered is read first, without a lock. It is remembered as soon as it is decided, so that the next group on the
 * same wallet is decided while this one is being written, behind which it waits in the database. The database refuses a group when an
 * account of its wallets is not as it was decided on, be it one that the group only looks at (another process has moved it, or the
 * group before was not written), or when a key was used; then it reads under locks, and decides anew. So memory makes it fast, and never
 * wrong: not in what it refuses either.
 */
export function createGroupCommit(deps: GroupCommitDependencies, options: GroupCommitOptions = {}): GroupCommit {
  const { events, database, now, log, metrics, onCommitted } = deps;
  const { lanes = 2, maxGroup = 128, maxRemembered = 20_000, maxWaiting = 10_000 } = options;
  // Those of a lane decide one after the other, each from what is remembered until what it has decided is.
  const deciding = Array.from({ length: lanes }, createMutex);
  const memory = createWalletMemory({ events, database, maxRemembered });

  function emit(work: UnitOfWork, made: GroupDecision<Waiting>, { counts }: Attempt): readonly WritePart[] {
    const each = made.decided.map(({ asked, decision }) => ({ decision, inContext: asked.inContext }));
    return emitDecisions(work, each, counts);
  }

  /** Leaves open what memory cannot tell. */
  async function writeRemembered(attempt: Attempt): Promise<GroupDecision<Waiting>> {
    const { group, behind, letNext } = attempt;
    const system = await memory.system();
    const escrows = await readEscrows(database.queries, namesOf(group, resolvedEscrow));
    return events.transaction(async (work) => {
      const wallets = memory.recall(walletsOf(group));
      if (!wallets) throw new NotRemembered();
      const made = decideGroup({ wallets, system, escrows }, group, now, (refusal, asked) =>
        isOpenRefusal(refusal, asked, behind),
      );
      const keys = keepAnswers(made.answers);
      const writes = [requireUnmoved(wallets, made.changed), ...emit(work, made, attempt)];
      // Keys before wallets, and wallets before holds, as everywhere.
      if (behind) {
        work.write(...keys);
        work.write(lockWallets(wallets));
        work.write(...writes);
      } else work.write(...keys, ...writes);
      memory.remember(made.changed);
      letNext();
      return made;
    });
  }

  async function writeRead(attempt: Attempt): Promise<GroupDecision<Waiting>> {
    const { group, letNext } = attempt;
    const system = await memory.system();
    return events.transaction(async (work) => {
      const known = await claimKeys(
        work,
        group.flatMap(({ key }) => key ?? []),
      );
      const first = group.filter(({ key }) => !key || !known.has(keyName(key)));
      // Ids of new holds are looked up too: one of them may have been in the way.
      const read = await lockLedger(work.tx, walletsOf(first), namesOf(first, namedEscrow));
      const made = decideGroup({ ...read, system }, first, now);
      work.write(...answerKeys(made.answers, made.without), ...emit(work, made, attempt));
      memory.remember(new Map([...read.wallets, ...made.changed]));
      letNext();
      const outcomes = group.map((asked) => [asked, made.outcomes.get(asked) ?? repeated(asked, known)] as const);
      return { ...made, outcomes: new Map(outcomes) };
    });
  }

  /** Whoever only listens must not fail what stands. */
  function aside(listen: () => void): void {
    try {
      listen();
    } catch (error) {
      log.error({ err: error }, 'whoever listens to the ledger failed; the operation stands');
    }
  }

  /** Tells of what has committed. @returns what is open yet. */
  function tell(
    group: readonly Waiting[],
    { decided, outcomes }: GroupDecision<Waiting>,
    counts: UnitCounts | undefined,
  ): readonly Waiting[] {
    if (counts) aside(() => counts.committed());
    if (onCommitted) for (const { decision } of decided) aside(() => onCommitted(decision));
    return group.filter((asked) => {
      const outcome = outcomes.get(asked);
      if (!outcome) return true;
      try {
        if (outcome.repeated) asked.onRepeat?.();
        if ('error' in outcome) asked.reject(outcome.error);
        else asked.resolve(outcome.answer);
      } catch (error) {
        asked.reject(error);
      }
      return false;
    });
  }

  async function settle(group: readonly Waiting[], { lane, behind }: LaneTurn, tries = TRIES): Promise<void> {
    const mutex = deciding[lane] as Mutex;
    const wallets = walletsOf(group);
    let open = group;
    for (let attempt = 1; open.length > 0; attempt += 1) {
      const { entered, leave: letNext } = mutex.enter();
      const counts = metrics && countWhenCommitted(metrics);
      let made: GroupDecision<Waiting>;
      try {
        await entered;
        // Behind somebody who may be moving them a read without locks would be late.
        if (attempt === 1 && !behind) await memory.load(wallets);
        const isRemembered = attempt === 1 && memory.recall(wallets) !== undefined;
        made = await (isRemembered ? writeRemembered : writeRead)({ group: open, behind, letNext, counts });
      } catch (error) {
        memory.forget(wallets);
        if (attempt < tries && hasMovedOn(error)) continue;
        letNext();
        return giveUp(open, lane, error);
      } finally {
        letNext();
      }
      open = tell(open, made, counts);
    }
  }

  /**
   * One that cannot be done must not fail the others. Where nobody knows what became of any of them, to write them again could do it
   * twice.
   */
  async function giveUp(group: readonly Waiting[], lane: number, error: unknown): Promise<void> {
    // Whoever held them for all tries of the group is not waited for as often by each. Of where the lane is by now nothing is known.
    const tries = isContention(error) ? 1 : TRIES;
    if (group.length > 1 && isRefused(error))
      for (const asked of group) await settle([asked], { lane, behind: true }, tries);
    else for (const asked of group) asked.reject(error);
  }

  const queue = createLanes<Waiting>({ lanes, maxGroup }, (group, turn) => settle(group, turn));
  return {
    submit<T>(submission: Submission<T>): Promise<T> {
      if (queue.waiting >= maxWaiting) throw tooBusy();
      const { operation, key } = submission;
      return new Promise<T>((resolve, reject) => {
        queue.add({
          ...submission,
          owner: operation.userId,
          // Of operations with the same key only the first is in a group: the others are answered from what it leaves.
          name: key && keyName(key),
          resolve: resolve as Waiting['resolve'],
          reject,
        });
      });
    },
  };
}

function repeated({ key }: Waiting, known: Awaited<ReturnType<typeof claimKeys>>): Outcome {
  const kept = key && known.get(keyName(key));
  if (!key || !kept) throw new Error('An operation of a group was neither decided nor known.');
  if (!kept.requestHash.equals(key.requestHash)) return { error: keyReused() };
  try {
    return { answer: repeatAnswer(kept.answer), repeated: true };
  } catch (error) {
    return { error, repeated: true };
  }
}

function namesOf(group: readonly Waiting[], escrowOf: typeof namedEscrow): readonly string[] {
  return group.flatMap(({ operation }) => escrowOf(operation) ?? []);
}

function tooBusy(): WalletError {
  return new WalletError({
    kind: 'unavailable',
    code: 'wallet_busy',
    message: 'Too many operations are waiting. Nothing has moved; try again in a moment.',
    retryAfter: 1,
    isFinal: false,
  });
}
