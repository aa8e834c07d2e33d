import { sqlState } from '@skelly/db';
import { UnitOfWorkError } from '../errors';
import { createUnitBuffer } from './buffer';
import { createEmitGroups } from './emit-groups';
import type { PreparedEmit } from './prepare';
import { type NamedStatement, queryTogether } from './round-trip';
import { insideUnitOfWork, runUnit, type TransactionDependencies } from './transaction';
import { explainWriteError, finalWrites } from './write';

/** For writes that may wait for locks, as in a unit of work; an event alone waits for nobody. */
const BOUNDS: NamedStatement = {
  name: 'emit-bounds',
  text: `select set_config('statement_timeout', '15000', true), set_config('lock_timeout', '5000', true)`,
};

/** @throws UnitOfWorkError when a unit of work is open: what `call` writes would not be atomic with its state. */
export function requireNoUnit(call: string, instead: string): void {
  if (!insideUnitOfWork()) return;
  throw new UnitOfWorkError(
    'emit_inside_unit_of_work',
    `${call} was called inside an open unit of work: use ${instead}, so that it commits with the state.`,
  );
}

/** Writes emissions outside of units of work. */
export interface Emitter {
  /**
   * Writes them in a transaction of their own: all or none. Without keys that takes one round trip and no BEGIN, as statements that
   * share a Sync are a transaction; events that wait for nobody share it with those of other calls.
   *
   * @returns what each answers, in order.
   */
  emit(emits: readonly PreparedEmit[]): Promise<readonly string[]>;
}

export function createEmitter(deps: TransactionDependencies): Emitter {
  const groups = createEmitGroups((emits) => writeTogether(deps, emits));
  return {
    async emit(emits) {
      if (emits.some(({ idempotencyKey }) => idempotencyKey !== null)) {
        return runUnit(deps, (unit) => unit.emitAll(emits));
      }
      await (emits.some(mayWait) ? writeTogether(deps, emits) : groups.write(emits));
      return emits.map(({ answer }) => answer);
    },
  };
}

/** Whether writing it may wait for a lock: of its subject, its channels, its schedule key. */
function mayWait({ event, pushes, timer }: PreparedEmit): boolean {
  return event?.ordered === true || (pushes !== undefined && pushes.length > 0) || timer !== undefined;
}

async function writeTogether(deps: TransactionDependencies, emits: readonly PreparedEmit[]): Promise<void> {
  const buffer = createUnitBuffer();
  for (const emit of emits) buffer.add(emit);
  const { statements, readCommitted } = finalWrites(buffer);
  const waits = emits.some(mayWait);
  const client = await deps.database.pool.connect();
  let broken: Error | undefined;
  try {
    const results = await queryTogether(client, waits ? [BOUNDS, ...statements] : statements);
    deps.notifier.committed(readCommitted(waits ? results.slice(1) : results));
    for (const { type } of buffer.events) deps.observe?.emitted(type);
  } catch (error) {
    // Without an answer it may still be running: not to be given to anybody else.
    if (sqlState(error) === undefined) broken = error as Error;
    throw explainWriteError(error);
  } finally {
    client.release(broken);
  }
}
