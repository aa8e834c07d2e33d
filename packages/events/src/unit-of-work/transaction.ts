import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Queries } from '@skelly/db';
import type { EventContract, EventData } from '@skelly/types/event';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { TransactionAbortedError, UnitOfWorkError } from '../errors';
import type { Notifier } from '../hints/notifier';
import { orAbort } from '../or-abort';
import { createUnitBuffer, type EmitOptions, type UnitBuffer } from './buffer';
import { writeEvents, writePushes } from './write';

/** State, events and live pushes that commit together or not at all. */
export interface UnitOfWork {
  /** Queries of this transaction. */
  readonly tx: Queries;
  /**
   * Emits an event when the unit commits, with the live pushes that its contract declares.
   *
   * @returns the event's id.
   * @throws EventDataError at once when the data does not satisfy the contract.
   */
  emit<C extends EventContract>(contract: C, data: EventData<C>, options?: EmitOptions): string;
  /** Pushes what a contract declares for its channels when the unit commits, without an event in the log. */
  push<C extends EventContract>(contract: C, data: EventData<C>): void;
}

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
}

const openUnit = new AsyncLocalStorage<{ open: boolean }>();

/** Whether the running code is inside a unit of work that has not ended. */
export function insideUnitOfWork(): boolean {
  return openUnit.getStore()?.open === true;
}

/**
 * Runs `fn` in a transaction. What it emits and pushes is written by the last statements, so that positions and offsets
 * are drawn as late as can be; hints follow the commit.
 *
 * @throws UnitOfWorkError when one is open already around it.
 * @throws TransactionAbortedError when the database did not answer COMMIT.
 * @throws whatever `fn` or the database threw; then nothing was written.
 */
export async function runTransaction<T>(
  deps: TransactionDependencies,
  fn: (work: UnitOfWork) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  if (insideUnitOfWork()) {
    throw new UnitOfWorkError(
      'unit_of_work_nested',
      'A unit of work is open already: use its work.tx and work.emit instead of opening another.',
    );
  }
  const client = await deps.database.pool.connect();
  const end = releaseOnce(client, options.signal);
  try {
    options.signal?.throwIfAborted();
    await client.query(beginStatement(options));
    const buffer = createUnitBuffer(deps);
    const scope = { open: true };
    let result: T;
    try {
      result = await orAbort(
        openUnit.run(scope, () => fn(createUnit(client, buffer, scope))),
        options.signal,
      );
    } finally {
      scope.open = false;
    }
    const position = buffer.events.length > 0 ? await writeEvents(client, buffer.events) : undefined;
    const frames = buffer.pushes.length > 0 ? await writePushes(client, buffer.pushes) : [];
    const commit = await client.query('commit');
    if (commit.command !== 'COMMIT') throw new TransactionAbortedError();
    end();
    deps.notifier.committed({ position, frames });
    return result;
  } catch (error) {
    await client.query('rollback').then(
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

function beginStatement({ statementTimeoutMs = 15_000, lockTimeoutMs = 5_000 }: TransactionOptions): string {
  const pause = Math.ceil(statementTimeoutMs);
  return `begin; set local statement_timeout = ${pause}; set local lock_timeout = ${Math.ceil(lockTimeoutMs)}; set local idle_in_transaction_session_timeout = ${pause}`;
}

function createUnit(client: pg.PoolClient, buffer: UnitBuffer, scope: { readonly open: boolean }): UnitOfWork {
  const tx = drizzle(client);
  function requireOpen(): void {
    if (!scope.open) {
      throw new UnitOfWorkError(
        'unit_of_work_over',
        'This unit of work is over: await everything that uses it before its callback returns.',
      );
    }
  }
  return {
    get tx() {
      requireOpen();
      return tx;
    },
    emit(contract, data, options) {
      requireOpen();
      return buffer.emit(contract, data, options);
    },
    push(contract, data) {
      requireOpen();
      buffer.push(contract, data);
    },
  };
}
