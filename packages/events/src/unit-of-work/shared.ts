import { isUnavailable } from '@skelly/db';
import type pg from 'pg';
import { TransactionAbortedError, UnitOfWorkError } from '../errors';
import { createUnitBuffer, type UnitBuffer, type UnitWrites } from './buffer';
import { joinParts } from './parts';
import { BEGIN, COMMIT, type NamedStatement, PLAN_BY_INDEX, PLAN_FREELY, queryTogether } from './round-trip';
import { openUnit, type TransactionDependencies } from './transaction';
import { createUnit, type UnitOfWork } from './unit';
import { explainWriteError, finalWrites } from './write';

/**
 * One transaction for several units of work, which run in turn, each with a scope and a buffer of its own. All of them
 * commit or none does: after a unit that threw, only {@link rollback} and {@link revoke} are left.
 */
export interface SharedTransaction {
  /** For the backbone's own statements. */
  readonly client: pg.ClientBase;
  /** Whether a statement has failed because Postgres was away. */
  readonly lost: boolean;
  /** What each unit has emitted and pushed so far, in the order in which they ran; written by {@link commit} alone. */
  readonly writes: readonly UnitWrites[];
  /** Runs one unit; its `work` refuses everything once this has resolved or rejected, as it does when `within` rejects. */
  run(fn: (work: UnitOfWork) => Promise<void>, within: (unit: () => Promise<void>) => Promise<void>): Promise<void>;
  /**
   * Runs the backbone's last statements, writes what the units have emitted and pushed, and commits, all in one round trip; hints
   * follow. The server does not reach the commit when a statement fails.
   *
   * @param pointed whether the last statements have written to the outbox, from their results.
   * @throws TransactionAbortedError when the database did not answer COMMIT.
   */
  commit(last: readonly NamedStatement[], pointed: (results: readonly pg.QueryResult[]) => boolean): Promise<void>;
  /** Gives the connection back. Never throws. */
  rollback(): Promise<void>;
  /** Closes the connection for good, and ends its server process if that still executes a statement. Never throws. */
  revoke(): Promise<void>;
}

export interface SharedTransactionOptions {
  /** Milliseconds that one statement, or a pause between two, may take. */
  readonly statementTimeoutMs: number;
  /** Milliseconds after which the server itself ends the transaction, should this process be stopped or stuck. */
  readonly transactionTimeoutMs: number;
  /** Milliseconds to wait for a lock. @defaultValue 5000 */
  readonly lockTimeoutMs?: number;
}

/** Milliseconds by which a statement's answer may be late. */
const ANSWER_MS = 5_000;
/** Milliseconds to wait for a server process to end. */
const TERMINATE_MS = 5_000;

const SETTINGS = {
  name: 'transaction-settings',
  text: `select set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true),
           set_config('transaction_timeout', $2, true), set_config('lock_timeout', $3, true),
           pg_backend_pid() as pid, now()::text as began`,
};

/**
 * Begins a transaction on a connection of the pool, and runs its first statement in the same round trip.
 *
 * @throws the database's error.
 */
export async function beginShared(
  deps: TransactionDependencies,
  options: SharedTransactionOptions,
  first: NamedStatement,
): Promise<{ shared: SharedTransaction; result: pg.QueryResult }> {
  const connection = await deps.database.pool.connect();
  const settings = {
    ...SETTINGS,
    values: [options.statementTimeoutMs, options.transactionTimeoutMs, options.lockTimeoutMs ?? 5_000].map(
      milliseconds,
    ),
  };
  try {
    const results = await queryTogether(connection, [BEGIN, settings, PLAN_BY_INDEX, first, PLAN_FREELY]);
    const [, server, , result] = results as [unknown, Server, unknown, pg.QueryResult];
    return { shared: createShared(deps, connection, { ...server.rows[0], ...options }), result };
  } catch (error) {
    connection.release(error as Error);
    throw error;
  }
}

/** The process that serves the connection, and when its transaction began: that tells it from another with its number. */
type Server = { readonly rows: readonly [{ readonly pid: number; readonly began: string }] };

function milliseconds(duration: number): string {
  return String(Math.ceil(duration));
}

function createShared(
  deps: TransactionDependencies,
  connection: pg.PoolClient,
  server: Server['rows'][0] & SharedTransactionOptions,
): SharedTransaction {
  const statements = watchStatements(connection, server.statementTimeoutMs + ANSWER_MS);
  const buffers: UnitBuffer[] = [];
  let released = false;

  function release(broken?: Error): void {
    if (released) return;
    released = true;
    connection.release(broken);
  }

  return {
    client: statements.client,
    get lost() {
      return statements.lost;
    },
    writes: buffers,
    async run(fn, within) {
      const scope = { open: true };
      const buffer = createUnitBuffer();
      buffers.push(buffer);
      const unit = createUnit(deps, { client: guard(statements.client, scope), buffer, scope });
      try {
        await within(() =>
          openUnit.run(scope, async () => {
            await fn(unit.work);
            await unit.settled();
            // Here and not at the commit, so that the next unit reads what this one has written.
            const own = buffer.writes.map(joinParts);
            if (own.length > 0) await statements.watch(queryTogether(connection, own));
          }),
        );
      } finally {
        scope.open = false;
      }
    },
    async commit(last, pointed) {
      const written = joined(buffers);
      const { statements: writes, readCommitted } = finalWrites(written);
      const all = [PLAN_BY_INDEX, ...last, ...writes, COMMIT];
      const [, ...results] = await statements.watch(queryTogether(connection, all)).catch((error) => {
        throw explainWriteError(error);
      });
      if (results.at(-1)?.command !== 'COMMIT') throw new TransactionAbortedError();
      release();
      deps.notifier.committed({ ...readCommitted(results.slice(last.length)), pointed: pointed(results) });
      for (const { type } of written.events) deps.observe?.emitted(type);
    },
    async rollback() {
      if (released) return;
      await connection.query('rollback').then(
        () => release(),
        (broken: Error) => release(broken),
      );
    },
    async revoke() {
      if (released) return;
      const executing = statements.executing > 0;
      release(new Error('unit of work revoked'));
      if (!executing) return;
      await deps.database.pool
        .query('select pg_terminate_backend(pid, $3) from pg_stat_activity where pid = $1 and xact_start = $2', [
          server.pid,
          server.began,
          TERMINATE_MS,
        ])
        .catch(() => undefined);
    },
  };
}

/** What several units write, as one; their own statements have run. */
function joined(buffers: readonly UnitWrites[]): UnitWrites {
  const moved = buffers.flatMap(({ movedDueInMs }) => movedDueInMs ?? []);
  return {
    events: buffers.flatMap(({ events }) => events),
    pushes: buffers.flatMap(({ pushes }) => pushes),
    timers: buffers.flatMap(({ timers }) => timers),
    writes: [],
    movedDueInMs: moved.length > 0 ? Math.min(...moved) : undefined,
  };
}

/**
 * The connection, with a count of the statements that it executes. Each is given up when the server, which should have ended it
 * itself, does not answer in time; the pool's own limit may be shorter than what a handler may take.
 */
function watchStatements(connection: pg.PoolClient, query_timeout: number) {
  const state = {
    executing: 0,
    lost: false,
    async watch<T>(statement: Promise<T> | T): Promise<T> {
      state.executing += 1;
      try {
        return await statement;
      } catch (error) {
        state.lost ||= isUnavailable(error);
        throw error;
      } finally {
        state.executing -= 1;
      }
    },
  };
  const query = (statement: string | pg.QueryConfig | pg.Submittable, values?: unknown[]) => {
    if (typeof statement === 'object' && 'submit' in statement) return connection.query(statement);
    const config = typeof statement === 'string' ? { text: statement } : statement;
    return state.watch(connection.query({ ...config, query_timeout } as pg.QueryConfig, values));
  };
  const client = Object.create(connection, { query: { value: query } }) as pg.PoolClient;
  return Object.assign(state, { client });
}

/** The connection as one unit sees it: queries kept for later are refused once its scope has closed. */
function guard(client: pg.PoolClient, scope: { readonly open: boolean }): pg.PoolClient {
  const query = (...args: unknown[]) => {
    if (!scope.open) {
      throw new UnitOfWorkError(
        'unit_of_work_over',
        'This unit of work is over: its callback has returned, or its handler has overrun its timeout. Nothing more can be done in it.',
      );
    }
    return (client.query as (...args: unknown[]) => Promise<unknown>)(...args);
  };
  return { query } as unknown as pg.PoolClient;
}
