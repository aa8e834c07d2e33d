import { type Database, isContention, isUnavailable, sqlState, violatedConstraint } from '@skelly/db';
import { EventError, type EventSystem, type Log, type UnitOfWork } from '@skelly/events';
import { createAccountMemory } from './account-memory';
import { createDraft, type Decision } from './decide';
import { keyReused, WalletError } from './errors';
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
import { createLanes, type LaneItem } from './lanes';
import { namedEscrow, type Operation, ownersOf, resolvedEscrow } from './operation';
import type { WalletEventMetrics } from './publisher';
import { lockLedger, readEscrows, requireUnmoved, type WalletName } from './read';
import type { LedgerState } from './state';
import { type InContext, writeDecisions } from './write';

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
  /** Groups that are written at once; a wallet is always in the same. @defaultValue 2 */
  readonly lanes?: number;
  /** Operations of one group at most. @defaultValue 128 */
  readonly maxGroup?: number;
  /** Accounts that are remembered; the ones used longest ago are read again. @defaultValue 60000 */
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
 * What an account holds is remembered from its last operation here, so that a group is decided without asking and written in one round
 * trip; what is not remembered is read first, without a lock. The database refuses the group when another process has moved an account
 * of these wallets meanwhile, be it one that the group only looks at, or used a key; then it reads under locks, and decides anew. So
 * memory makes it fast, and never wrong: not in what it refuses either.
 */
export function createGroupCommit(deps: GroupCommitDependencies, options: GroupCommitOptions = {}): GroupCommit {
  const { events, database, now, log, metrics, onCommitted } = deps;
  const { lanes = 2, maxGroup = 128, maxRemembered = 60_000, maxWaiting = 10_000 } = options;
  const memory = createAccountMemory({ events, database, maxRemembered });

  /** Decides a group on what is known, has the unit write it, and says what each is answered once that has committed. */
  function decide(
    work: UnitOfWork,
    state: LedgerState,
    group: readonly Waiting[],
    keep: (answers: readonly KeyedAnswer[], without: readonly OperationKey[], changed: LedgerState) => void,
  ): { readonly outcomes: readonly Outcome[]; readonly decisions: readonly Decision[]; readonly changed: LedgerState } {
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
    keep(answers, without, draft.changed);
    writeDecisions(work, decided, metrics);
    return { outcomes, decisions: decided.map(({ decision }) => decision), changed: draft.changed };
  }

  async function writeRemembered(group: readonly Waiting[], state: LedgerState): Promise<readonly Outcome[]> {
    const { outcomes, decisions, changed } = await events.transaction(async (work) =>
      decide(work, state, group, (answers, without, changed) => {
        // A refusal for now is kept by no key: only the database knows whether the key has an answer already.
        if (without.length > 0) throw new NotRemembered();
        for (const statement of [...keepAnswers(answers), ...requireUnmoved(state.accounts, changed.accounts)])
          work.write(statement);
      }),
    );
    committed(decisions, changed);
    return outcomes;
  }

  async function writeRead(
    group: readonly Waiting[],
    escrowOf: (operation: Operation) => string | undefined,
  ): Promise<readonly Outcome[]> {
    const system = await memory.system();
    const { outcomes, decisions, changed } = await events.transaction(async (work) => {
      const known = await claimKeys(
        work,
        group.flatMap(({ key }) => key ?? []),
      );
      const first = group.filter(({ key }) => !key || !known.has(keyName(key)));
      const read = await lockLedger(work.tx, walletsOf(first), escrowsOf(first, escrowOf));
      const state = { ...read, accounts: new Map([...system, ...read.accounts]) };
      const decided = decide(work, state, first, (answers, without) => {
        for (const statement of answerKeys(answers, without)) work.write(statement);
      });
      const byAsked = new Map(first.map((asked, nth) => [asked, decided.outcomes[nth] as Outcome]));
      const outcomes = group.map((asked) => byAsked.get(asked) ?? repeated(asked, known));
      return {
        ...decided,
        outcomes,
        changed: { ...decided.changed, accounts: new Map([...read.accounts, ...decided.changed.accounts]) },
      };
    });
    committed(decisions, changed);
    return outcomes;
  }

  function committed(decisions: readonly Decision[], { accounts }: LedgerState): void {
    memory.remember(accounts);
    for (const decision of decisions) {
      try {
        onCommitted?.(decision);
      } catch (error) {
        log.error({ err: error }, 'whoever listens to the ledger failed; the operation stands');
      }
    }
  }

  /** @throws what keeps a group from being written though others were waited for. */
  async function write(group: readonly Waiting[]): Promise<readonly Outcome[]> {
    const wallets = walletsOf(group);
    const accounts = await memory.recall(wallets);
    const state = accounts && {
      accounts,
      escrows: await readEscrows(database.queries, escrowsOf(group, resolvedEscrow)),
    };
    for (let turn = 1; ; turn += 1) {
      try {
        if (state && turn === 1) return await writeRemembered(group, state);
        // Ids of new holds are looked up only when something was in the way: it may have been one of them.
        return await writeRead(group, turn === 1 ? resolvedEscrow : namedEscrow);
      } catch (error) {
        memory.forget(wallets);
        if (turn > TRIES || !hasMovedOn(error)) throw error;
      }
    }
  }

  async function settle(group: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await write(group);
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
      if (group.length > 1 && isCertain) for (const asked of group) await settle([asked]);
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
