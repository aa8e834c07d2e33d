import { type Database, isContention, isUnavailable, sqlState, violatedConstraint } from '@skelly/db';
import { EventError, type EventSystem, type Log, type NamedStatement, type UnitOfWork } from '@skelly/events';
import { createDraft, type Decision } from './decide';
import { keyReused, WalletError } from './errors';
import { joinWrites, type LedgerWrite } from './joined';
import {
  answerKeys,
  claimKeys,
  type KeptAnswer,
  type KeyedAnswer,
  keepAnswers,
  keptRefusal,
  keyName,
  type OperationKey,
  repeatAnswer,
} from './keys';
import { createLanes, type LaneItem, type LaneTurn } from './lanes';
import { createMutex } from './mutex';
import { namedEscrow, type Operation, ownersOf, resolvedEscrow } from './operation';
import type { WalletEventMetrics } from './publisher';
import { lockLedger, readEscrows, requireUnmoved, type WalletName } from './read';
import type { LedgerState, Wallets } from './state';
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
export interface Submission<T> {
  readonly operation: Operation;
  readonly key?: OperationKey | undefined;
  /** Emits in the context of whoever asked. */
  readonly inContext: InContext;
  /** What is answered, and kept under the key. Plain JSON. */
  readonly answer: (decision: Decision) => T;
  /** Told before the answer when it is that of an earlier operation with the key. */
  readonly onRepeat?: (() => void) | undefined;
}

/** Decides operations together: what comes while a group is being written is the next one. */
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

/** What a group knows of those of its lane. */
interface GroupTurn extends Pick<LaneTurn, 'behind'> {
  /** Lets the next one decide. */
  readonly onDecided: () => void;
}

/** What became of one operation of a group; told to its caller after the commit. */
type Outcome = ({ readonly answer: unknown } | { readonly error: unknown }) & { readonly repeated?: true };

/** Tries of a group that others were in the way of, before each of its operations is tried alone as often. */
const TRIES = 5;

/** What the ledger's own rules raise when something has moved on since it was read. */
const MOVED_ON = new Set(['SL001', 'SL002', 'SL006']);
const UNCERTAIN = /^(08|53|57|58|XX)/;

/** What is remembered does not tell what a group has to be answered. */
class NotRemembered extends Error {}

/** Whether a group may be decided anew on what the database says now. */
function hasMovedOn(error: unknown): boolean {
  if (error instanceof NotRemembered || isContention(error) || MOVED_ON.has(sqlState(error) ?? '')) return true;
  return violatedConstraint(error) === 'escrow_pkey';
}

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
  const deciding = Array.from({ length: lanes }, createMutex);
  const memory = createWalletMemory({ events, database, maxRemembered });

  /** Decides a group on what is known, has the unit write it, and says what each is answered once that has committed. */
  function decide(
    work: UnitOfWork,
    state: LedgerState,
    group: readonly Waiting[],
    write: (decided: {
      readonly answers: readonly KeyedAnswer[];
      readonly without: readonly OperationKey[];
      readonly changed: Wallets;
      readonly writes: readonly LedgerWrite[];
    }) => readonly NamedStatement[],
  ): { readonly outcomes: readonly Outcome[]; readonly decisions: readonly Decision[]; readonly changed: Wallets } {
    const draft = createDraft(state);
    const decided: { decision: Decision; inContext: InContext }[] = [];
    const answers: KeyedAnswer[] = [];
    const without: OperationKey[] = [];
    const keepAnswer = (key: OperationKey | undefined, answer: KeptAnswer<unknown>) => {
      if (key) answers.push({ key, answer });
    };
    const outcomes = group.map((asked): Outcome => {
      try {
        const decision = draft.decide(asked.operation, now());
        decided.push({ decision, inContext: asked.inContext });
        const answer = asked.answer(decision);
        keepAnswer(asked.key, { result: answer });
        return { answer };
      } catch (error) {
        if (!(error instanceof WalletError)) throw error;
        const kept = keptRefusal(error);
        if (kept) keepAnswer(asked.key, kept);
        else if (asked.key) without.push(asked.key);
        return { error };
      }
    });
    const changed = draft.changed.wallets;
    const writes = emitDecisions(work, decided, metrics);
    for (const statement of write({ answers, without, changed, writes })) work.write(statement);
    return { outcomes, decisions: decided.map(({ decision }) => decision), changed };
  }

  async function writeRemembered(
    group: readonly Waiting[],
    known: { readonly wallets: readonly WalletName[]; readonly escrows: LedgerState['escrows'] },
    { behind, onDecided }: GroupTurn,
  ): Promise<readonly Outcome[]> {
    const system = await memory.system();
    const { outcomes, decisions } = await events.transaction(async (work) => {
      const wallets = memory.recall(known.wallets);
      if (!wallets) throw new NotRemembered();
      const decided = decide(work, { wallets, system, escrows: known.escrows }, group, (made) => {
        const { answers, without, changed, writes } = made;
        // A refusal for now is kept by no key: only the database knows whether the key has an answer already.
        if (without.length > 0) throw new NotRemembered();
        const keys = keepAnswers(answers);
        const { before, after } = requireUnmoved(wallets, changed, { behind });
        // Keys before wallets, as everywhere.
        return before.length === 0
          ? [...joinWrites([...keys, ...writes]), ...after]
          : [...joinWrites(keys), ...before, ...joinWrites(writes), ...after];
      });
      memory.remember(decided.changed);
      onDecided();
      return decided;
    });
    committed(decisions);
    return outcomes;
  }

  async function writeRead(group: readonly Waiting[], { onDecided }: GroupTurn): Promise<readonly Outcome[]> {
    const system = await memory.system();
    const { outcomes, decisions } = await events.transaction(async (work) => {
      const known = await claimKeys(
        work,
        group.flatMap(({ key }) => key ?? []),
      );
      const first = group.filter(({ key }) => !key || !known.has(keyName(key)));
      // Ids of new holds are looked up too: one of them may have been in the way.
      const read = await lockLedger(work.tx, walletsOf(first), escrowsOf(first, namedEscrow));
      const decided = decide(work, { ...read, system }, first, ({ answers, without, writes }) => [
        ...answerKeys(answers, without),
        ...joinWrites(writes),
      ]);
      const byAsked = new Map(first.map((asked, nth) => [asked, decided.outcomes[nth] as Outcome]));
      const outcomes = group.map((asked) => byAsked.get(asked) ?? repeated(asked, known));
      memory.remember(new Map([...read.wallets, ...decided.changed]));
      onDecided();
      return { ...decided, outcomes };
    });
    committed(decisions);
    return outcomes;
  }

  function committed(decisions: readonly Decision[]): void {
    for (const decision of decisions) {
      try {
        onCommitted?.(decision);
      } catch (error) {
        log.error({ err: error }, 'whoever listens to the ledger failed; the operation stands');
      }
    }
  }

  /** @throws what keeps a group from being written though others were waited for. */
  async function write(group: readonly Waiting[], { lane, behind }: LaneTurn): Promise<readonly Outcome[]> {
    const wallets = walletsOf(group);
    // Behind somebody who may be moving them a read without locks would be late.
    if (!behind) await memory.load(wallets);
    const escrows = await readEscrows(database.queries, escrowsOf(group, resolvedEscrow));
    for (let turn = 1; ; turn += 1) {
      // One after the other in a lane, from what is remembered to what was decided on it.
      const onDecided = await (deciding[lane] as ReturnType<typeof createMutex>)();
      try {
        const isKnown = turn === 1 && memory.recall(wallets) !== undefined;
        const inTurn = { behind, onDecided };
        return isKnown ? await writeRemembered(group, { wallets, escrows }, inTurn) : await writeRead(group, inTurn);
      } catch (error) {
        memory.forget(wallets);
        if (turn > TRIES || !hasMovedOn(error)) throw error;
      } finally {
        onDecided();
      }
    }
  }

  async function settle(group: readonly Waiting[], turn: LaneTurn): Promise<void> {
    try {
      const outcomes = await write(group, turn);
      group.forEach((asked, nth) => {
        const outcome = outcomes[nth] as Outcome;
        if (outcome.repeated) asked.onRepeat?.();
        if ('error' in outcome) asked.reject(outcome.error);
        else asked.resolve(outcome.answer);
      });
    } catch (error) {
      // One that cannot be done must not fail the others. Without an answer nobody knows what became of any of them, and to write them
      // again could do it twice: only what the server refused, or the unit of work before it, is certain.
      const state = sqlState(error);
      const isRefused = state === undefined ? error instanceof EventError : !UNCERTAIN.test(state);
      const isCertain = isRefused && !isUnavailable(error);
      if (group.length > 1 && isCertain) for (const asked of group) await settle([asked], turn);
      else for (const asked of group) asked.reject(error);
    }
  }

  const queue = createLanes<Waiting>({ lanes, maxGroup }, settle);
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

function walletsOf(group: readonly Waiting[]): readonly WalletName[] {
  const wallets = new Map<string, WalletName>();
  for (const { operation } of group) {
    const { currency } = operation;
    for (const owner of ownersOf(operation)) wallets.set(`${currency} ${owner}`, { owner, currency });
  }
  return [...wallets.values()];
}

function escrowsOf(
  group: readonly Waiting[],
  escrowOf: (operation: Operation) => string | undefined,
): readonly string[] {
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
