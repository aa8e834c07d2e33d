import type { EventContract, EventData } from '@skelly/types/event';
import { findContract } from '@skelly/types/events';
import { UnitOfWorkError, UnknownEventTypeError } from './errors';
import type { EmitOptions } from './unit-of-work/buffer';
import {
  insideUnitOfWork,
  runTransaction,
  type TransactionDependencies,
  type TransactionOptions,
  type UnitOfWork,
} from './unit-of-work/transaction';

/** The backbone bound to a process' dependencies. An app makes one in its composition root. */
export interface EventSystem {
  /** State and events in one transaction; see {@link UnitOfWork}. */
  transaction<T>(fn: (work: UnitOfWork) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Emits one event in a transaction of its own; durable when it resolves.
   *
   * @returns the event's id.
   * @throws UnitOfWorkError inside an open unit of work: use its `work.emit`, or the event would not be atomic with the state.
   * @throws UnknownEventTypeError when the catalog has no contract of that name.
   * @throws EventDataError when the data does not satisfy the contract.
   */
  emitEvent<C extends EventContract>(
    contract: C | C['type'],
    data: EventData<C>,
    sourceModule: string,
    options?: Omit<EmitOptions, 'sourceModule'>,
  ): Promise<string>;
}

export function createEventSystem(deps: TransactionDependencies): EventSystem {
  return {
    transaction: (fn, options) => runTransaction(deps, fn, options),
    async emitEvent(nameOrContract, data, sourceModule, options) {
      if (insideUnitOfWork()) {
        throw new UnitOfWorkError(
          'emit_inside_unit_of_work',
          'emitEvent was called inside an open unit of work: use work.emit, so that the event commits with the state.',
        );
      }
      const contract = typeof nameOrContract === 'string' ? findContract(nameOrContract) : nameOrContract;
      if (!contract) throw new UnknownEventTypeError(String(nameOrContract));
      return runTransaction(deps, async (work) => work.emit(contract, data, { ...options, sourceModule }));
    },
  };
}
