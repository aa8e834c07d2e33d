import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Queries } from '@skelly/db';
import {
  currentEventContext,
  type EventSystem,
  insideUnitOfWork,
  type Log,
  newId,
  type UnitOfWork,
  withEventContext,
} from '@skelly/events';
import type { AppError } from '@skelly/types/errors';
import { type Currency, DEFAULT_CURRENCY } from '@skelly/types/wallet';
import { OptimisticLockError, WalletError } from './errors';
import type { Decision } from './ledger/decide';
import { createGroupCommit, type GroupCommit, type GroupCommitOptions } from './ledger/group-commit';
import { decideInUnit } from './ledger/in-unit';
import { hashOf, type OperationKey } from './ledger/keys';
import { onceInUnit } from './ledger/once-in-unit';
import type { Operation, SpendingLimits } from './ledger/operation';
import { readBalance } from './ledger/read';
import type { WalletBalance } from './ledger/state';
import type { WalletEventMetrics } from './publisher';
import { createRefusalLog, type RefusalLog } from './refusal/refusal';
import { type OperationResult, parseRequest, type RequestKind, systemAccountFor, type WalletRequest } from './requests';
import { getHistory, type HistoryPage, type HistoryRequest } from './statement/statement';

export interface LedgerDependencies {
  /** A process that moves money in units of work of others alone, as handlers do, has none of the two. */
  readonly events?: EventSystem;
  readonly database?: Database;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics?: WalletEventMetrics;
  /** Told of every operation that this process has committed by itself, after the commit. */
  readonly onCommitted?: (decision: Decision) => void;
  readonly groupCommit?: GroupCommitOptions;
}

/** What wallets are decided and written by. */
export interface Ledger extends LedgerDependencies {
  readonly group: GroupCommit | undefined;
  readonly refusals: RefusalLog;
}

export function createLedger(deps: LedgerDependencies): Ledger {
  const { events, database, groupCommit } = deps;
  const group = events && database && createGroupCommit({ ...deps, events, database }, groupCommit);
  return { ...deps, group, refusals: createRefusalLog(deps) };
}

export interface WalletServiceOptions {
  /** Tries of {@link WalletService.retryOnConflict} in all. @defaultValue 3 */
  readonly maxRetryAttempts?: number;
  /** Milliseconds before its second try; doubled before each further one. @defaultValue 100 */
  readonly retryBackoffMs?: number;
  /** Of requests that name none. @defaultValue points */
  readonly defaultCurrency?: Currency;
}

/** Where and for whom an operation runs. */
export interface OperationOptions {
  /** The unit of work that it commits with; in one of its own when left out. */
  readonly work?: UnitOfWork;
  /** Limits of whoever asks, for holds and transfers. @defaultValue none */
  readonly limits?: SpendingLimits;
  /** A key that was made elsewhere, in place of the request's `idempotencyKey`. */
  readonly key?: OperationKey | undefined;
  /** Told before the answer when it is that of an earlier operation with the key. */
  readonly onRepeat?: () => void;
}

/**
 * What members and the marketplace do with money. Every operation is decided once, moves all of it or nothing, and emits its events in
 * the transaction of the change. Concurrent ones are decided together; none of them fails because others ran at the same time.
 *
 * All of them throw WalletError, whose code says what was wrong, when they are refused.
 */
export class WalletService {
  private readonly maxRetryAttempts: number;
  private readonly retryBackoffMs: number;
  private readonly defaultCurrency: Currency;

  constructor(
    private readonly ledger: Ledger,
    { maxRetryAttempts = 3, retryBackoffMs = 100, defaultCurrency = DEFAULT_CURRENCY }: WalletServiceOptions = {},
  ) {
    this.maxRetryAttempts = maxRetryAttempts;
    this.retryBackoffMs = retryBackoffMs;
    this.defaultCurrency = defaultCurrency;
  }

  /** Puts money into a wallet, from the system's account for its reason. */
  credit(request: WalletRequest<'credit'>, options?: OperationOptions): Promise<OperationResult> {
    return this.run('credit', request, options, ({ amount, from, ...about }) => ({
      ...this.about(about),
      kind: 'credit',
      amount,
      from: from ?? systemAccountFor(about.reason),
    }));
  }

  /** Takes available money out of a wallet, to the system's account for its reason. @throws WalletError `insufficient_funds`. */
  debit(request: WalletRequest<'debit'>, options?: OperationOptions): Promise<OperationResult> {
    return this.run('debit', request, options, ({ amount, to, ...about }) => ({
      ...this.about(about),
      kind: 'debit',
      amount,
      to: to ?? systemAccountFor(about.reason),
    }));
  }

  /** Gives money to another member; with `fromAccount` earnings, also to oneself. @throws WalletError `insufficient_funds`, `same_wallet` and those of limits. */
  transfer(request: WalletRequest<'transfer'>, options?: OperationOptions): Promise<OperationResult> {
    return this.run('transfer', request, options, ({ amount, toUserId, fromAccount = 'available', ...about }) => ({
      ...this.about(about),
      kind: 'transfer',
      amount,
      toUserId,
      fromAccount,
      limits: options?.limits,
    }));
  }

  /** Moves available money to escrow, until it is settled, refunded or expires. @throws WalletError `insufficient_funds` and those of limits. */
  holdInEscrow(request: WalletRequest<'hold'>, options?: OperationOptions): Promise<OperationResult> {
    return this.run('hold', request, options, ({ amount, escrowId, expiresAt, ...about }) => ({
      ...this.about(about),
      kind: 'hold',
      amount,
      escrowId: escrowId ?? newId(),
      expiresAt: expiresAt ?? null,
      limits: options?.limits,
    }));
  }

  /** Gives all of a hold to the creator. @throws WalletError `escrow_not_found`, `escrow_already_settled` and the like. */
  settleEscrow(request: WalletRequest<'settle'>, options?: OperationOptions): Promise<OperationResult> {
    return this.run('settle', request, options, ({ escrowId, modelId, ...about }) => ({
      ...this.about(about),
      kind: 'settle',
      escrowId,
      modelId,
    }));
  }

  /** Gives all of a hold back. @throws WalletError `escrow_not_found`, `escrow_already_refunded` and the like. */
  refundEscrow(request: WalletRequest<'refund'>, options?: OperationOptions): Promise<OperationResult> {
    return this.run('refund', request, options, ({ escrowId, ...about }) => ({
      ...this.about(about),
      kind: 'refund',
      escrowId,
    }));
  }

  /** Gives a part of a hold to the creator and the rest back. @throws WalletError `amount_above_hold` unless it is less than the hold. */
  partialSettleEscrow(request: WalletRequest<'partial-settle'>, options?: OperationOptions): Promise<OperationResult> {
    return this.run('partial-settle', request, options, ({ escrowId, modelId, settleAmount, ...about }) => ({
      ...this.about(about),
      kind: 'partial-settle',
      escrowId,
      modelId,
      settleAmount,
    }));
  }

  /** What a wallet holds; one that nobody has used holds nothing. */
  async getBalance(
    userId: string,
    currency: Currency = this.defaultCurrency,
    queries: Queries | undefined = this.ledger.database?.queries,
  ): Promise<WalletBalance> {
    if (!queries) throw new Error('This process reads balances by the queries of a unit of work: give them.');
    return readBalance(queries, userId, currency);
  }

  /**
   * Runs what decides on a version that it reads itself, and again when the wallet has changed meanwhile: after 100, 200, 400 ms and so
   * on, three tries in all by default.
   *
   * @throws OptimisticLockError of the last try.
   */
  async retryOnConflict<T>(operation: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await operation();
      } catch (error) {
        if (!(error instanceof OptimisticLockError) || attempt >= this.maxRetryAttempts) throw error;
        await pause(this.retryBackoffMs * 2 ** (attempt - 1));
      }
    }
  }

  /** A page of a wallet's statement, newest first; see {@link HistoryRequest}. */
  getHistory(
    request: HistoryRequest,
    queries: Queries | undefined = this.ledger.database?.queries,
  ): Promise<HistoryPage> {
    if (!queries) throw new Error('This process reads statements by the queries of a unit of work: give them.');
    return getHistory(queries, request);
  }

  /**
   * Keeps a line of what was refused before it was an operation, such as a body that says no amount. Operations that this service refuses
   * are kept by itself.
   */
  async keepRefusal(operation: string, given: unknown, { code }: AppError): Promise<void> {
    const { userId, amount, settleAmount, currency } = (given ?? {}) as Record<string, unknown>;
    const { actor, correlationId } = currentEventContext();
    const asked = amount ?? settleAmount;
    await this.ledger.refusals.record({
      userId: typeof userId === 'string' ? userId.slice(0, 200) : null,
      operation,
      code,
      amount: typeof asked === 'number' && Number.isFinite(asked) ? asked : null,
      currency: typeof currency === 'string' ? currency.slice(0, 50) : this.defaultCurrency,
      actor,
      correlationId,
    });
  }

  private about<
    About extends {
      readonly currency?: Currency | undefined;
      readonly transactionId?: string | undefined;
      readonly queueItemId?: string | null | undefined;
      readonly featureType?: string | null | undefined;
    },
  >(about: About) {
    const { currency = this.defaultCurrency, transactionId = newId(), queueItemId = null, featureType = null } = about;
    return { ...about, currency, transactionId, queueItemId, featureType };
  }

  private async run<Kind extends RequestKind>(
    kind: Kind,
    given: WalletRequest<Kind>,
    { work, key: givenKey, onRepeat }: OperationOptions = {},
    toOperation: (
      parsed: ReturnType<typeof parseRequest<Kind>>,
    ) => Operation & { readonly idempotencyKey?: string | undefined },
  ): Promise<OperationResult> {
    const context = currentEventContext();
    try {
      const { idempotencyKey, ...operation } = toOperation(parseRequest(kind, given));
      const key =
        givenKey ??
        (idempotencyKey === undefined
          ? undefined
          : { scope: `wallet.${kind} user:${operation.userId}`, key: idempotencyKey, requestHash: hashOf(given) });
      if (work) {
        const { now, metrics } = this.ledger;
        const decide = async () => resultOf(await decideInUnit(work, operation, { now: now(), metrics }));
        return await onceInUnit(work, { key, onRepeat }, decide);
      }
      const { group } = this.ledger;
      if (!group || insideUnitOfWork())
        throw new Error('Give the unit of work that is open as `work`, so that the money moves with it or not at all.');
      return await group.submit({
        operation,
        key,
        inContext: (run) => withEventContext(context, run),
        answer: resultOf,
        onRepeat,
      });
    } catch (error) {
      if (error instanceof WalletError) {
        const kept = this.keepRefusal(kind, given, error);
        // Not in a unit of work: it holds a connection, and many of them could wait for one more each.
        if (!work) await kept;
      }
      throw error;
    }
  }
}

function resultOf({ operation, postings, escrow, wallets }: Decision): OperationResult {
  const [{ availableBalance, escrowBalance, earningsBalance, version }] = wallets;
  return {
    transactionId: operation.transactionId,
    escrowId: escrow?.id ?? null,
    amount: postings.reduce((sum, { amount }) => sum + amount, 0),
    currency: operation.currency,
    availableBalance,
    escrowBalance,
    earningsBalance,
    walletVersion: version,
  };
}
