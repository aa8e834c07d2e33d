import { AsyncLocalStorage } from 'node:async_hooks';
import { type Database, sqlState } from '@skelly/db';
import type pg from 'pg';
import { TransactionAbortedError, UnitOfWorkError } from '../errors';
import type { Committed, Notifier } from '../hints/notifier';
import type { EmitObserver } from '../observe';
import { orAbort } from '../or-abort';
import { createUnitBuffer, type UnitWrites } from './buffer';
import { beginLate, type LateTransaction } from './late-transaction';
import { BY_INDEX, COMMIT, type NamedStatement, queryTogether } from './round-trip';
import { createUnit, type OpenUnit, type UnitOfWork } from './unit';
import { explainWriteError, finalWrites } from './write';

export interface TransactionOptions {
  /** Milliseconds that one statement, or a pause between two, may take. @defaultValue 15000 */
  readonly statementTimeoutMs?: number;
  /** Milliseconds to wait for a lock. @defaultValue 5000 */
  readonly lockTimeoutMs?: number;
  /** Ends the unit when it aborts: its connection is closed, so Postgres rolls it back whatever it is doing. */
  readonly signal?: AbortSignal;
}

export interface TransactionDependencies {
  readonly database: Database;
  readonly notifier: Notifier;
  readonly now: () => Date;
  readonly maxPayloadBytes?: number;
  /** Told of every event that has committed. @defaultValue nobody */
  readonly observe?: EmitObserver | undefined;
}

/** The unit of work that the running code is inside of. */
export const openUnit = new AsyncLocalStorage<{ open: boolean }>();

/** Whether the running code is inside a unit of work that has not ended. */
export function insideUnitOfWork(): boolean {
  return openUnit.getStore()?.open === true;
}

/**
 * Runs `fn` in a transaction. What it emits and pushes is written by the last statements, which go to the server
 * together with the commit, so that positions and offsets are drawn late; hints follow it.
 *
 * @throws UnitOfWorkError when one is open already around it.
 * @throws TransactionAbortedError when the database did not answer COMMIT, or would not have.
 * @throws whatever `fn` or the database threw; then nothing was written.
 */
export function runTransaction<T>(
  deps: TransactionDependencies,
  fn: (work: UnitOfWork) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return runUnit(deps, ({ work }) => fn(work), options);
}

/** The same for what needs more of a unit than its callbacks may. */
export async function runUnit<T>(
  deps: TransactionDependencies,
  fn: (unit: OpenUnit) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  if (insideUnitOfWork()) {
    throw new UnitOfWorkError(
      'unit_of_work_nested',
      'A unit of work is open already: use its work.tx and work.emit instead of opening another.',
    );
  }
  const connection = await deps.database.pool.connect();
  const end = releaseOnce(connection, options.signal);
  const settings = settingsOf(options);
  const transaction = beginLate(connection, settings);
  try {
    options.signal?.throwIfAborted();
    const buffer = createUnitBuffer();
    const scope = { open: true };
    const unit = createUnit(deps, { client: transaction.client as pg.PoolClient, buffer, scope });
    let result: T;
    try {
      result = await orAbort(
        openUnit.run(scope, async () => {
          const returned = await fn(unit);
          await unit.settled();
          return returned;
        }),
        options.signal,
      );
    } finally {
      scope.open = false;
      await unit.settled();
      await transaction.settled();
    }
    const committed = await commit(connection, transaction, { buffer, settings }).catch((error) => {
      // Without an answer it may still be running: not to be given to anybody else.
      if (!transaction.begun && sqlState(error) === undefined) end(error as Error);
      throw error;
    });
    end();
    deps.notifier.committed(committed);
    for (const { type } of buffer.events) deps.observe?.emitted(type);
    return result;
  } catch (error) {
    if (!transaction.begun) end();
    else
      await connection.query('rollback').then(
        () => end(),
        (broken: Error) => end(broken),
      );
    throw options.signal?.aborted ? (options.signal.reason ?? error) : error;
  }
}

/** Gives the connection back once; an abort before that closes it. */
function releaseOnce(client: pg.PoolClient, signal: AbortSignal | undefined): (broken?: Error) => void {
  let released = false;
  const end = (broken?: Error) => {
    if (released) return;
    released = true;
    signal?.removeEventListener('abort', onAbort);
    client.release(broken);
  };
  const onAbort = () => end(new Error('unit of work revoked'));
  signal?.addEventListener('abort', onAbort, { once: true });
  return end;
}

const LIMITS = `set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true),
  set_config('lock_timeout', $2, true)`;

function settingsOf({ statementTimeoutMs = 15_000, lockTimeoutMs = 5_000 }: TransactionOptions): NamedStatement {
  const values = [statementTimeoutMs, lockTimeoutMs].map((ms) => String(Math.ceil(ms)));
  return { name: 'unit-settings', text: `select ${LIMITS}`, values };
}

/**
 * Writes what was buffered, and commits, in one round trip: the server does not reach the commit when a write fails. Where nothing was
 * asked before, statements that share the round trip's Sync are the transaction, which ends with it.
 */
async function commit(
  connection: pg.PoolClient,
  { begun, failure }: LateTransaction,
  { buffer, settings }: { readonly buffer: UnitWrites; readonly settings: NamedStatement },
): Promise<Committed> {
  const { statements, readCommitted } = finalWrites(buffer);
  if (failure !== undefined) throw new TransactionAbortedError({ cause: failure });
  if (!begun && statements.length === 0) return readCommitted([]);
  // All of them are named and come again and again, so their plans are made once.
  const alone = { ...settings, name: 'unit-settings-by-index', text: `select ${BY_INDEX}, ${LIMITS}` };
  const all = begun ? [...statements, COMMIT] : [alone, ...statements];
  const results = await queryTogether(connection, all).catch((error) => {
    throw explainWriteError(error);
  });
  if (begun && results.at(-1)?.command !== 'COMMIT') throw new TransactionAbortedError();
  return readCommitted(begun ? results : results.slice(1));
}
